import { beforeAll, describe, it } from 'vitest'
import { bareLab } from '../integration/support/cluster.ts'
import { ClusterKills, line, type ClusterMoment } from '../integration/support/pacemaker-kills.ts'
import { installing, living, restarting } from './pacemaker-moments.ts'

/** A line of the table for each: what a client saw, and of each member how often it saw quorum, none, or did not answer. */
describe('a run of ha: pacemaker that is killed', () => {
  let kills: ClusterKills
  beforeAll(async () => {
    kills = new ClusterKills(await bareLab(3))
  })

  const each = (moments: readonly ClusterMoment[]): void => {
    for (const moment of moments) {
      it(moment.name, async () => {
        const survived = await kills.survive(moment)
        process.stdout.write(`${line(survived)}\n`)
      })
    }
  }

  describe('while it changes a cluster that serves', () => {
    each(living)
  })

  describe('while it restarts all of corosync', () => {
    each(restarting)
  })

  describe('while it installs a bare pair', () => {
    each(installing)
  })
})
