import { beforeAll, describe, expect, it } from 'vitest'
import { onHost } from '../../src/lab/hosts.ts'
import type { Lab } from '../../src/lab/state.ts'
import { PATIENCE, until, untilWhole } from './support/breakage.ts'
import { cli, ofType, outcome } from './support/cli.ts'
import { bareLab, fingerprint, holdersOf, inventory } from './support/cluster.ts'
import { whileAsking } from './support/watch.ts'

const BOTH = ['lb1', 'lb2']

/** Debian with systemd is lb1, Alpine (or its stand-in) with OpenRC is lb2: one inventory, one cluster. */
describe('Debian and Alpine in one pair', () => {
  let lab: Lab
  let file: string
  beforeAll(async () => {
    lab = await bareLab(2, ['debian-12', 'alpine-3.21'])
    file = await inventory('pair')
  })

  const holder = async (name: string): Promise<void> => {
    await until(
      PATIENCE,
      () => holdersOf(lab.vip),
      (seen) => seen.join() === name,
    )
  }
  const whole = async (): Promise<void> => {
    await holder('lb1')
    await untilWhole(file)
  }

  it('is planned without being touched', async () => {
    const before = await Promise.all(BOTH.map(fingerprint))
    const ran = await cli(['plan', file])
    expect(ran.code, ran.stdout).toBe(2)
    expect(await Promise.all(BOTH.map(fingerprint))).toEqual(before)
  })

  it('becomes one cluster, and has nothing to do the second time', async () => {
    const ran = await cli(['up', file])
    expect(ran.code, ran.stdout).toBe(0)
    expect(await holdersOf(lab.vip)).toEqual(['lb1'])
    const again = await cli(['up', file])
    expect(outcome(again), again.stdout).toMatchObject({ outcome: 'nothing to do', changed: 0, executions: 4 })
  })

  it('the VIP moves from Debian to Alpine and back', async () => {
    await onHost('lb1', 'systemctl stop haproxy')
    await holder('lb2')
    await onHost('lb1', 'systemctl start haproxy')
    await whole()
  })

  it('the VIP moves from Alpine to Debian and back', async () => {
    const swapped = await inventory('swapped', { host: { lb1: { priority: 100 }, lb2: { priority: 200 } } })
    const { result: ran, seen } = await whileAsking(lab.vip, BOTH, () => cli(['up', swapped]), { patience: 5 })
    expect(ran.code, ran.stdout).toBe(0)
    expect(seen.failed).toBeLessThan(5)
    await holder('lb2')
    await onHost('lb2', 'rc-service -q haproxy stop')
    await holder('lb1')
    await onHost('lb2', 'rc-service -q haproxy start')
    await holder('lb2')
    const back = await cli(['up', file])
    expect(back.code, back.stdout).toBe(0)
    await whole()
  })

  it('a change goes to both, the holder last', async () => {
    const changed = await inventory('slower', { haproxy: { defaults: { timeouts: { connect: '7s' } } } })
    const { result: ran, seen } = await whileAsking(lab.vip, BOTH, () => cli(['up', changed]))
    expect(ran.code, ran.stdout).toBe(0)
    expect(seen.mostHolders).toBe(1)
    expect([...new Set(ofType(ran.events, 'action-done').map(({ host }) => host))]).toEqual(['lb2', 'lb1'])
    const back = await cli(['up', file])
    expect(back.code, back.stdout).toBe(0)
    await whole()
  })
})
