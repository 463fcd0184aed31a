import { appendFileSync } from "node:fs"
import { afterAll, beforeAll, describe, it } from 'vitest'
import { anyLab } from '../integration/support/cluster.ts'
import { ClusterKills, line, type ClusterMoment } from '../integration/support/pacemaker-kills.ts'
import { installing, living, restarting } from './pacemaker-moments.ts'

describe('a run of ha: pacemaker that is killed', () => {
  let kills: ClusterKills
  const table: string[] = []
  beforeAll(async () => {
    kills = new ClusterKills(await anyLab(3))
  })
  afterAll(() => {
    process.stdout.write(['looks of each member: quorate/inquorate/no answer', ...table, ''].join('\n'))
  })

  const each = (moments: readonly ClusterMoment[]): void => {
    for (const moment of moments) {
      it(moment.name, async () => {
        const said = line(await kills.survive(moment)); table.push(said); appendFileSync("/tmp/ykills-table.txt", said + "\n")
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
