import { expect, test } from 'vitest'
import type { Event } from '../../../../src/engine/events.ts'
import { convergeCib } from '../../../../src/engine/pacemaker/cib.ts'
import { Tally } from '../../../../src/engine/tally.ts'
import { asHaError } from '../../../../src/lib/errors.ts'
import { pacemakerInventory } from '../../support/pacemaker.ts'
import { wantedOf } from '../../support/cib.ts'
import { runOf } from '../run-of.ts'
import { CibHost, MOVED } from './cib-host.ts'
import { clusterOf } from './cluster.ts'

const inventory = pacemakerInventory()
const { view } = clusterOf(inventory, { lb1: {}, lb2: {} })

async function converge(host: CibHost) {
  const events: Event[] = []
  const tally = new Tally()
  const run = runOf(inventory, {
    connections: new Map([['lb1', host.connection]]),
    emit: (event) => events.push(event),
  })
  const error = await convergeCib(run, view, tally, 'lb1', wantedOf('minimal')).then(() => undefined, asHaError)
  return { error, tally, told: events.map(({ type }) => type), events }
}

test('the CIB is looked at, patched and looked at again', async () => {
  const host = new CibHost()
  expect((await converge(host)).error).toBeUndefined()
  expect(host.cib).toContain('<primitive id="vip-api"')
  expect(host.ran).toEqual(['observe', 'change the CIB', 'observe'])
})

test("another's change between the look and the patch is kept, and the patch made anew", async () => {
  const host = new CibHost('lb1', { before: `[ "$queries" -ne 2 ] || ${MOVED}` })
  const { error, told, tally, events } = await converge(host)
  expect(error).toBeUndefined()
  expect(host.cib).toContain('<primitive id="vip-api"')
  expect(host.cib).toContain(' epoch="9"')
  expect(host.ran).toEqual(['observe', 'change the CIB', 'observe', 'change the CIB', 'observe'])
  expect(told).not.toContain('action-failed')
  expect(events).toContainEqual({
    type: 'waiting',
    what: 'somebody else has changed the CIB meanwhile: it is version 0.8, and 0.7 was looked at: it is looked at again',
  })
  expect(tally.count('failed')).toBe(0)
})

test('one that is changed again and again is given up after some passes, and never overwritten', async () => {
  const bump = `sed -i "1s/ epoch=\\"[0-9]*\\"/ epoch=\\"$((queries + 10))\\"/" "$home/now"`
  const host = new CibHost('lb1', { before: bump })
  const { error } = await converge(host)
  expect(error?.describe()).toMatch(/^lb1: the CIB does not settle: after 4 passes/)
  expect(host.did).not.toContain('cibadmin --patch')
})
