import { expect, test } from 'vitest'
import type { Leaver } from '../../../../src/engine/leavers.ts'
import { procedureFor } from '../../../../src/engine/procedure.ts'
import { debian } from '../../../../src/platform/debian.ts'
import { fakeConnection } from '../../support/fake-connection.ts'
import { pacemakerInventory } from '../../support/pacemaker.ts'
import { runOf } from '../run-of.ts'
import { clusterOf } from './cluster.ts'

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
