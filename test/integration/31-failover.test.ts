import { setTimeout as sleep } from 'node:timers/promises'
import { beforeAll, describe, expect, it } from 'vitest'
import { measureGap } from '../../bench/gap.ts'
import { onHost } from '../../src/lab/hosts.ts'
import type { Lab } from '../../src/lab/state.ts'
import { mainPid, PATIENCE, until, untilWhole } from './support/breakage.ts'
import { cli } from './support/cli.ts'
import { anyLab, holdersOf, inventory } from './support/cluster.ts'

/** How long any of this takes is measured by the bench; here it is asked only whether it is so in the end. */
describe('a service that goes on', () => {
  let lab: Lab
  let file: string
  beforeAll(async () => {
    lab = await anyLab()
    file = await inventory('pair')
    const ran = await cli(['up', file])
    expect(ran.code, ran.stdout).toBe(0)
  })

  const holders = async (wanted: string): Promise<void> => {
    await until(
      PATIENCE,
      () => holdersOf(lab.vip),
      (seen) => seen.join(',') === wanted,
    )
  }
  const whole = async (): Promise<void> => {
    await holders('lb1')
    await untilWhole(file)
  }
  /** Who holds the VIP, asked of both again and again for some seconds. */
  const holdersFor = async (seconds: number): Promise<readonly string[]> => {
    const seen: string[] = []
    const end = performance.now() + seconds * 1000
    while (performance.now() < end) {
      seen.push((await holdersOf(lab.vip)).join(','))
      await sleep(100)
    }
    return seen
  }
  /** A client that asks while something happens gets answers before it and after it: the longest gap has an end. */
  const clientSees = async (seconds: number, happen: () => Promise<unknown>): Promise<void> => {
    const { gap, gapAt, failed, requests } = await measureGap(seconds, happen)
    expect(gapAt + gap).toBeLessThan(seconds)
    expect(failed).toBeLessThan(requests / 2)
  }

  it('keepalived stopped cleanly on the holder, and started again', async () => {
    await clientSees(6, async () => {
      await onHost('lb1', 'systemctl stop keepalived')
      await holders('lb2')
    })
    await clientSees(8, async () => {
      await onHost('lb1', 'systemctl start keepalived')
      await holders('lb1')
    })
    await whole()
  })

  it('haproxy stopped on the holder: the VIP leaves it, and comes back with it', async () => {
    await clientSees(8, async () => {
      await onHost('lb1', 'systemctl stop haproxy')
      await holders('lb2')
    })
    expect(new Set(await holdersFor(1))).toEqual(new Set(['lb2']))
    await onHost('lb1', 'systemctl start haproxy')
    await whole()
  })

  it('haproxy that hangs on the holder: the VIP leaves it', async () => {
    await clientSees(8, async () => {
      await onHost('lb1', 'pkill -STOP -x haproxy')
      await holders('lb2')
    })
    await onHost('lb1', 'pkill -CONT -x haproxy')
    await whole()
  })

  it('haproxy killed: its unit starts it again', async () => {
    const before = await mainPid('lb1', 'haproxy')
    await onHost('lb1', 'pkill -KILL -x haproxy')
    await until(
      10,
      () => mainPid('lb1', 'haproxy'),
      (pid) => pid !== '0' && pid !== before,
    )
    await whole()
  })

  it('keepalived killed: started again, and no second holder', async () => {
    const before = await mainPid('lb1', 'keepalived')
    await onHost('lb1', 'pkill -KILL -x keepalived')
    await sleep(3000)
    // It may have gone to the backup by then, and it comes back: a moment in which it moves is seen once at most.
    const seen = await holdersFor(4)
    expect(seen.filter((now, index) => now === 'lb1,lb2' && seen[index + 1] === now)).toEqual([])
    expect(seen.at(-1)).toBe('lb1')
    expect(await mainPid('lb1', 'keepalived')).not.toMatch(new RegExp(`^(0|${before})$`))
    await whole()
  })

  it('keepalived killed five times in a row: still started again', async () => {
    for (let kill = 1; kill <= 5; kill += 1) {
      const before = await mainPid('lb1', 'keepalived')
      await onHost('lb1', 'pkill -KILL -x keepalived')
      await until(
        10,
        () => mainPid('lb1', 'keepalived'),
        (pid) => pid !== '0' && pid !== before,
      )
    }
    await whole()
  })

  it('keepalived killed on the backup: nothing moves', async () => {
    await onHost('lb2', 'pkill -KILL -x keepalived')
    expect(new Set(await holdersFor(5))).toEqual(new Set(['lb1']))
    await whole()
  })
})
