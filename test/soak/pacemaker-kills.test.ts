import { afterAll, beforeAll, describe, it } from 'vitest'
import { bareLab } from '../integration/support/cluster.ts'
import { ClusterKills, line, type ClusterMoment } from '../integration/support/pacemaker-kills.ts'
import { installing, living, restarting } from './pacemaker-moments.ts'

describe('a run of ha: pacemaker that is killed', () => {
  let kills: ClusterKills
  const table: string[] = []
  beforeAll(async () => {
    kills = new ClusterKills(await bareLab(3))
  })
  afterAll(() => {
    console.log(['looks of each member: quorate/inquorate/no answer', ...table].join('\n'))
  })

  const each = (moments: readonly ClusterMoment[]): void => {
    for (const moment of moments) {
      it(moment.name, async () => {
        table.push(line(await kills.survive(moment)))
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
