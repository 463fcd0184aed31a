import { describe, expect, test } from 'vitest'
import type { Leaver } from '../../../../src/engine/leavers.ts'
import { procedureFor } from '../../../../src/engine/procedure.ts'
import { debian } from '../../../../src/platform/debian.ts'
import { fakeConnection } from '../../support/fake-connection.ts'
import { pacemakerInventory } from '../../support/pacemaker.ts'
import { runOf } from '../run-of.ts'
import { CibHost } from './cib-host.ts'
import { CIB, clusterOf, HAPROXY, type Member } from './cluster.ts'

const three = pacemakerInventory({ third: '10.0.0.13' })
const two = pacemakerInventory()
const nodes = { lb1: true, lb2: true, lb3: true }
const ofThree = clusterOf(three, { lb1: {} }).view.built.hosts[0]?.plays.flatMap(({ resources }) => resources) ?? []
const conf = ofThree.find(({ file }) => file?.path.endsWith('corosync.conf'))?.file?.content.reveal() ?? ''
const { view, contents } = clusterOf(two, { lb1: { was: () => conf, nodes }, lb2: { was: () => conf, nodes } })

const leaver: Leaver = {
  member: { name: 'lb3', address: '10.0.0.13', host: 'lb3', port: 22 },
  connection: fakeConnection('lb3'),
  built: { name: 'lb3', platform: debian, plays: [], checks: [] },
  observation: { host: 'lb3', resources: [], samples: new Map() },
}

test('one that left, is online and out of reach is refused before anything is done, and plan tells it', () => {
  const procedure = procedureFor(runOf(two, { yes: true }), view, contents, [])
  expect(() => {
    procedure.refuse()
  }).toThrow('lb3 has left the inventory, is online in the cluster, and could not be stopped')
  expect(procedure.notes.join()).toContain('lb3 has left the inventory, is online, and cannot be stopped')
})

test('one that was reached is stopped before: nothing is refused', () => {
  const procedure = procedureFor(runOf(two), view, contents, [leaver])
  expect(() => {
    procedure.refuse()
  }).not.toThrow()
  expect(procedure.steps).toContain('pacemaker forgets lb3')
})

describe('the new CIB is judged before anything is done', () => {
  /** What is said of it, and what was run on the first member. */
  async function judged(members: Readonly<Record<string, Member>>, judge: string) {
    const host = new CibHost('lb1', { judge })
    const seen = clusterOf(two, members)
    const run = runOf(two, { connections: new Map([['lb1', host.connection]]) })
    const before = host.cib
    const refusal = await procedureFor(run, seen.view, seen.contents, []).judge()
    expect(host.cib).toBe(before)
    return { refusal, ran: host.ran, did: host.did }
  }
  const refuses = `echo 'stonith has no devices'; exit 78`

  test('by one execution on one member, which changes nothing', async () => {
    const { refusal, ran, did } = await judged({ lb1: { wants: [CIB] }, lb2: { wants: [CIB] } }, refuses)
    expect(refusal?.describe()).toMatch(
      /^lb1: crm_verify refuses the new CIB; it was not changed:\nstonith has no devices\n {2}→ mend/,
    )
    expect(ran).toEqual(['judge the CIB'])
    expect(did).toEqual(['cibadmin --query', 'crm_verify'])
  })

  test('and goes on where crm_verify has nothing against it', async () => {
    const { refusal, ran } = await judged({ lb1: { wants: [CIB] }, lb2: {} }, 'exit 0')
    expect([refusal, ran]).toEqual([undefined, ['judge the CIB']])
  })

  test.each<[string, Readonly<Record<string, Member>>]>([
    ['nothing is to be done', { lb1: {}, lb2: {} }],
    ['something else is to be done', { lb1: { wants: [HAPROXY] }, lb2: {} }],
    ['pacemaker does not run yet', { lb1: { running: false }, lb2: { running: false } }],
    ['keepalived serves: then before that ends', { lb1: { wants: [CIB, 'service[keepalived]'] }, lb2: {} }],
  ])('but not where %s: that costs no execution', async (_, members) => {
    const { refusal, ran } = await judged(members, refuses)
    expect([refusal, ran]).toEqual([undefined, []])
  })
})
