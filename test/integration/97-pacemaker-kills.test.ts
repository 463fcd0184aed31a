import { beforeAll, describe, it } from 'vitest'
import { bareLab } from './support/cluster.ts'
import { ClusterKills, type ClusterMoment } from './support/pacemaker-kills.ts'

/** The most telling of the soak's moments. */
const moments: readonly ClusterMoment[] = [
  {
    name: 'while the CIB is patched: the script that is left goes on, and the next run waits for it',
    change: 'cib',
    slow: { program: 'cibadmin', words: '*\\ --patch\\ *', seconds: 12 },
    wreck: 'client',
    waits: /an action of an earlier run is still at work on lb[12]/,
  },
  {
    name: 'a new key is on both members, and neither has read it',
    change: 'key',
    slow: { program: 'corosync-cfgtool', words: '*\\ -R\\ *' },
    wreck: 'script',
  },
  {
    name: 'all of corosync is to be stopped: pacemaker is on one, and its corosync is not',
    change: 'port',
    slow: { program: 'systemctl', words: '*\\ stop\\ corosync*' },
    on: ['lb1'],
    wreck: 'script',
  },
]

describe('a run of ha: pacemaker that is killed', () => {
  let kills: ClusterKills
  beforeAll(async () => {
    kills = new ClusterKills(await bareLab())
  })

  for (const moment of moments) {
    it(moment.name, async () => {
      await kills.survive(moment)
    })
  }
})
