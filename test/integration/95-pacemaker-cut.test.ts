import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { Lab } from '../../src/lab/state.ts'
import { until, verdict } from './support/breakage.ts'
import { cli } from './support/cli.ts'
import { bareLab, holdersOf } from './support/cluster.ts'
import { clusterInventory } from './support/pacemaker-cluster.ts'
import { heal, partition } from './support/partition.ts'
import { whileWatchingQuorum } from './support/quorum-watch.ts'

/** Members that do not reach each other; everybody else reaches all of them. */
describe.each(
  [
    ['lb1', 'lb2'],
    ['lb1', 'lb2', 'lb3'],
  ].map((hosts) => ({ hosts })),
)('$hosts cut off', ({ hosts }) => {
  let lab: Lab
  let file: string
  beforeAll(async () => {
    lab = await bareLab(hosts.length)
    // With the token that is usual, so that it is tested too.
    file = await clusterInventory(`pacemaker-cut-${hosts.length}`, { hosts, corosync: { token: undefined } })
    const ran = await cli(['up', file])
    expect(ran.code, ran.stdout + ran.stderr).toBe(0)
  })
  afterEach(() => heal(hosts))

  const holders = () => holdersOf(lab.vip, hosts)
  const healed = async (): Promise<void> => {
    await heal(hosts)
    await until(60, holders, (held) => held.length === 1)
    expect(await verdict(file, [], 30)).toMatchObject({ code: 0 })
  }

  if (hosts.length === 2) {
    it('a pair without fencing: each has quorum and both hold the VIP, and one does when they meet again', async () => {
      const { quorum } = await whileWatchingQuorum(hosts, async () => {
        await partition(['lb1'], ['lb2'])
        await until(30, holders, (held) => held.length === 2)
      })
      for (const host of hosts) expect(quorum[host]).toMatchObject({ inquorate: 0, absent: 0 })
      await healed()
    })
  } else {
    it('a trio: the one that is alone gives the VIP up, and one of the others takes it', async () => {
      const [alone = ''] = await holders()
      const others = hosts.filter((host) => host !== alone)
      const { quorum } = await whileWatchingQuorum(hosts, async () => {
        await partition([alone], others)
        await until(60, holders, (held) => held.length === 1 && !held.includes(alone))
      })
      expect(quorum[alone]?.inquorate).toBeGreaterThan(0)
      for (const host of others) expect(quorum[host]).toMatchObject({ inquorate: 0, absent: 0 })
      await healed()
    })
  }
})
