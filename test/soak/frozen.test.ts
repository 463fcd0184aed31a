import { beforeAll, describe, expect, it } from 'vitest'
import { onHost } from '../../src/lab/hosts.ts'
import { until } from '../../src/lab/wait.ts'
import { cli, ofType, outcome, startCli } from '../integration/support/cli.ts'
import { anyLab, inventory } from '../integration/support/cluster.ts'
import { reached, slowDown, speedUp, type Slow } from '../integration/support/slow.ts'

const SLOW: Slow = { host: 'lb2', program: 'haproxy', words: '*ha-provision-new*', held: true }

describe('a run whose machine is frozen', () => {
  let usual: string
  let other: string
  let third: string
  beforeAll(async () => {
    await anyLab()
    usual = await inventory('frozen-usual')
    other = await inventory('frozen-other', { haproxy: { global: { maxconn: 2000 } } })
    third = await inventory('frozen-third', { haproxy: { global: { maxconn: 2001 } } })
    const ran = await cli(['up', usual])
    expect(ran.code, ran.stdout).toBe(0)
  })

  it('gives the lock up within a minute and a bit, and begins nothing more when it wakes', async () => {
    await slowDown(SLOW)
    const frozen = startCli(['up', other])
    await reached(SLOW)
    frozen.kill('SIGSTOP')
    try {
      await speedUp(SLOW)
      const early = await cli(['up', third])
      expect(early.code).toBe(1)
      expect(ofType(early.events, 'error')[0]?.message).toContain('locked by')
      await until('the end of the lock', 80, async () => {
        return (await onHost('lb1', 'flock -n /run/ha-provision/lock true && echo free || true')).trim() === 'free'
      })
      const ran = await cli(['up', third])
      expect(ran.code, ran.stdout).toBe(0)
    } finally {
      frozen.kill('SIGCONT')
    }
    const woken = await frozen.ended
    expect(woken.code, woken.stdout).toBe(1)
    expect(ofType(woken.events, 'error')[0]?.message).toContain('the lock is lost')
    expect(ofType(woken.events, 'action-started').map(({ host }) => host)).not.toContain('lb1')
    expect(outcome(await cli(['up', third])).outcome).toBe('nothing to do')
  })
})
