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
    it.each(turning)('$name', async (moment) => {
      await kills.survive(moment)
    })
  })

  describe('while it changes what the members say to each other', () => {
    it.each(conversing)('$name', async (moment) => {
      await kills.survive(moment)
    })
  })

  describe('while it installs a bare pair', () => {
    it.each(installing)('$name', async (moment) => {
      await kills.survive(moment)
    })
  })
})
