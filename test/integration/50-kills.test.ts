import { beforeAll, describe, expect, it } from 'vitest'
import { containerOf } from '../../src/lab/containers.ts'
import { startMembers } from '../../src/lab/hosts.ts'
import { run } from '../../src/lab/run.ts'
import type { Lab } from '../../src/lab/state.ts'
import { cli, outcome } from './support/cli.ts'
import { bareLab, holdersOf } from './support/cluster.ts'
import { Kills, on, type Moment } from './support/kills.ts'

/** The most telling of the soak's moments. */
const moments: readonly Moment[] = [
  {
    name: 'haproxy.cfg of the backup is written and not loaded',
    change: 'turn',
    at: on('action-done', 'lb2', 'haproxy.cfg'),
    wreck: 'client',
  },
  {
    name: 'the script dies on the holder between reload and the record of it',
    change: 'turn',
    slow: { host: 'lb1', program: 'mv', words: '*/loaded/haproxy\\ ' },
    wreck: 'script',
  },
  {
    name: 'a new password: the backup is stopped, the holder is not reloaded',
    change: 'password',
    slow: { host: 'lb1', program: 'systemctl', words: '*\\ reload\\ keepalived*' },
    wreck: 'script',
  },
]

describe('a run that is killed', () => {
  let lab: Lab
  let kills: Kills
  beforeAll(async () => {
    lab = await bareLab()
    kills = new Kills(lab)
  })

  it('while apt is at work: the next one waits for apt and ends as if nothing had been', async () => {
    await kills.survive({
      name: 'apt is at work',
      change: 'first',
      at: on('action-started', 'lb1', 'install'),
      wreck: 'shell',
      host: 'lb1',
      waits: /an action of an earlier run is still at work on lb[12]/,
    })
  })

  for (const moment of moments) it(moment.name, () => kills.survive(moment))

  it('is not needed after a reboot: each member comes back by itself', async () => {
    const file = await kills.reach('usual')
    for (const host of ['lb2', 'lb1']) {
      await run('docker', ['restart', containerOf(lab, host)], { seconds: 60 })
      await startMembers(lab, [host])
      const ran = await cli(['up', file])
      expect(outcome(ran), ran.stdout).toMatchObject({ outcome: 'nothing to do', exitCode: 0 })
      expect(await holdersOf(lab.vip)).toEqual(['lb1'])
    }
  })
})
