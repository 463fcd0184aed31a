import { beforeAll, describe, it } from 'vitest'
import { bareLab } from '../integration/support/cluster.ts'
import { Kills } from '../integration/support/kills.ts'
import { conversing, installing, turning } from './moments.ts'

describe('a run that is killed', () => {
  let kills: Kills
  beforeAll(async () => {
    kills = new Kills(await bareLab())
  })

  describe('while it changes a pair that serves', () => {
    for (const moment of turning) it(moment.name, () => kills.survive(moment))
  })

  describe('while it changes what the members say to each other', () => {
    for (const moment of conversing) it(moment.name, () => kills.survive(moment))
  })

  describe('while it installs a bare pair', () => {
    for (const moment of installing) it(moment.name, () => kills.survive(moment))
  })
})
