import { beforeAll, it } from 'vitest'
import { bareLab } from './support/cluster.ts'
import { ClusterKills, type ClusterMoment } from './support/pacemaker-kills.ts'

/** The most telling of the soak's moments. */
const MOMENT: ClusterMoment = {
  name: 'a new key is on both members, and neither has read it',
  change: 'key',
  slow: { program: 'corosync-cfgtool', words: '*\\ -R\\ *', seconds: 10 },
  wreck: 'script',
}

let kills: ClusterKills
beforeAll(async () => {
  kills = new ClusterKills(await bareLab())
})

it(
  `a run of ha: pacemaker that is killed while ${MOMENT.name} is taken up by the next`,
  { timeout: 600_000 },
  async () => {
    await kills.survive(MOMENT)
  },
)
