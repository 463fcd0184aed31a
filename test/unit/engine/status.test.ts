import { expect, test } from 'vitest'
import type { Sample } from '../../../src/checks/check.ts'
import { vipCheck } from '../../../src/checks/vip.ts'
import { statusOf } from '../../../src/engine/status.ts'
import { debian } from '../../../src/platform/debian.ts'
import { recorded } from '../checks/recorded.ts'
import { samplesOf } from '../checks/samples.ts'
import { inventoryOf } from '../support/inventory.ts'

const { loadBalancers } = inventoryOf()
const vip = { name: 'api', address: '10.213.30.100', family: 4 } as const
const hosts = loadBalancers.map(({ name }) => ({ name, platform: debian, plays: [], checks: [] }))
const service = (active: boolean) => `load=loaded\nactive=${active ? 'active' : 'inactive'}\nenabled=disabled\n`

/** The samples of members, each under the checks that were asked. */
function samples(all: Readonly<Record<string, readonly Sample[]>>) {
  const names = new Set(Object.values(all).flatMap((list) => list.map(({ host }) => host)))
  return new Map(
    [...names].map((name) => [
      name,
      new Map(
        Object.entries(all).flatMap(([id, list]) => {
          const own = list.find(({ host }) => host === name)
          return own === undefined ? [] : [[id, own] as const]
        }),
      ),
    ]),
  )
}

function pacemaker(state: string, members?: readonly string[]) {
  const seen = recorded(state, members)
  const haproxy = samplesOf(Object.fromEntries(seen.map(({ host }) => [host, service(host === 'lb1')])))
  return statusOf(
    { loadBalancers, ha: 'pacemaker' },
    { hosts, vips: [vipCheck(vip, 'pacemaker')] },
    samples({ cluster: seen, 'vip[api]': seen, 'service[haproxy]': haproxy }),
  )
}

test('two members', () => {
  expect(loadBalancers.map(({ name }) => name)).toEqual(['lb1', 'lb2'])
})

test('a cluster that is well', () => {
  expect(pacemaker('well')).toEqual({
    type: 'status',
    ha: 'pacemaker',
    members: [
      { host: 'lb1', state: 'online', quorum: true, haproxy: true, vips: ['api'] },
      { host: 'lb2', state: 'online', quorum: true, haproxy: false, vips: [] },
    ],
    cluster: { dc: 'lb1', maintenance: false, failures: [] },
  })
})

test.each([
  ['standby', 'standby', true],
  ['pacemaker-stopped', 'offline', undefined],
  ['split', 'online', true],
])('%s: the other one is %s', (state, word, quorum) => {
  expect(pacemaker(state).members[1]).toMatchObject({ host: 'lb2', state: word, quorum })
})

test('failed actions are told', () => {
  expect(pacemaker('start-fails').cluster?.failures).toMatchObject([{ resource: 'haproxy', node: 'lb2' }])
})

test('who is out of sight is what the others say of it', () => {
  expect(pacemaker('well', ['lb1']).members[1]).toEqual({
    ...{ host: 'lb2', state: 'online', quorum: undefined, haproxy: undefined, vips: undefined },
  })
})

test('nobody answers', () => {
  expect(pacemaker('both-stopped')).toMatchObject({ members: [{ state: 'offline' }, { state: 'offline' }] })
  expect(pacemaker('both-stopped').cluster).toBeUndefined()
})

test('keepalived: who runs, and who holds', () => {
  const addresses = samplesOf({ lb1: '2: eth0    inet 10.213.30.100/24 scope global eth0\n' })
  const seen = samples({
    'vip[api]': addresses,
    'service[keepalived]': samplesOf({ lb1: service(true) }),
    'service[haproxy]': samplesOf({ lb1: service(false) }),
  })
  const told = statusOf({ loadBalancers, ha: 'keepalived' }, { hosts, vips: [vipCheck(vip)] }, seen)
  expect(told).toEqual({
    type: 'status',
    ha: 'keepalived',
    members: [
      { host: 'lb1', state: 'runs', quorum: undefined, haproxy: false, vips: ['api'] },
      { host: 'lb2', state: 'out of sight', quorum: undefined, haproxy: undefined, vips: undefined },
    ],
    cluster: undefined,
  })
})
