import { describe, expect, test } from 'vitest'
import { preflight } from '../../../src/engine/preflight.ts'
import type { Facts } from '../../../src/facts/types.ts'
import type { Inventory } from '../../../src/inventory/model.ts'
import { confOf, STOCK } from '../roles/corosync/confs.ts'
import { inventoryOf } from '../support/inventory.ts'
import { clusterFacts, pacemakerInventory } from '../support/pacemaker.ts'

const inventory = pacemakerInventory()
const interfaces = [{ name: 'eth0', addresses: [{ address: '10.0.0.11', prefix: 24, family: 4 as const }] }]
const versions = clusterFacts('lb1').versions

function told(more: Partial<Facts> = {}, conf?: string, of: Inventory = inventory): readonly string[] {
  const facts = clusterFacts('lb1', { conf }, { interfaces, ...more })
  return preflight(of, new Map([['lb1', facts]])).map((error) => error.describe())
}

test('a host as it should be, bare or with the package’s own cluster', () => {
  expect(told()).toEqual([])
  expect(told({}, STOCK)).toEqual([])
})

describe('refused, with the reason and what to do', () => {
  test('a platform without them', () => {
    const [only, ...more] = told({ platform: 'alpine' })
    expect(only).toMatch(
      /^lb1: Alpine has corosync and pacemaker in its testing branch only.*\n {2}→ write ha: keepalived/,
    )
    expect(more).toEqual([])
    expect(told({ platform: 'rhel7' })[0]).toContain('corosync 3 and pacemaker 2 are needed')
    expect(told({ platform: 'alpine' }, undefined, inventoryOf())).toEqual([])
  })

  test('a release whose repositories have none', () => {
    const none = { version: '', installed: false }
    expect(told({ platform: 'rhel', versions: { ...versions, corosync: none } })).toEqual([
      expect.stringContaining('have no corosync'),
    ])
  })

  test('programs that are too old, and not those that merely may come', () => {
    const corosync = { version: '2.4.5', installed: true }
    const pacemaker = { version: '1.1.24', installed: true }
    const said = told({ versions: { ...versions, corosync, pacemaker } })
    expect(said).toEqual([
      expect.stringContaining('corosync 2.4.5 is installed, and corosync 3 or later is needed'),
      expect.stringContaining('pacemaker 1.1.24 is installed, and pacemaker 2.0.3 or later is needed'),
    ])
    expect(told({ versions: { ...versions, corosync: { ...corosync, installed: false } } })).toEqual([])
  })

  test.each([
    ['2.0.1', [expect.stringContaining('(with it came crm_mon --output-as=xml')]],
    ['2.0.2-3.el8', [expect.stringContaining('pacemaker 2.0.3 or later is needed')]],
    ['2.0.3-3ubuntu4', []],
    ['3.0.0', []],
  ])('pacemaker %s', (version, found) => {
    expect(told({ versions: { ...versions, pacemaker: { version, installed: true } } })).toEqual(found)
  })

  test('a policy for lost quorum that pacemaker does not know yet', () => {
    const demote = { ...inventory, pacemaker: { ...inventory.pacemaker, quorumPolicy: 'demote' as const } }
    const saidOf = (version: string, installed = true) =>
      told({ versions: { ...versions, pacemaker: { version, installed } } }, undefined, demote)
    expect(saidOf('2.0.3')).toEqual([
      expect.stringMatching(/asks for quorum_policy: demote, which pacemaker 2.0.3 does not know\n.*2\.0\.5 or later/),
    ])
    expect(saidOf('2.0.5')).toEqual([])
    expect(saidOf('2.0.3', false)).toEqual([])
  })

  test('a member of another cluster', () => {
    const conf = confOf(
      [
        ['db1', 1, '10.0.0.11'],
        ['db2', 2, '10.9.0.2'],
      ].map(([name, id]) => [String(name), Number(id), '10.9.0.1']),
      ['cluster_name: db'],
    )
    expect(told({}, conf)).toEqual([
      expect.stringMatching(/member of another cluster, 'db' with db1, db2\n {2}→ take it out of that one first/),
    ])
    expect(told({}, conf, inventoryOf())).toEqual([])
  })

  test('an address of a link that is not there', () => {
    const linked = {
      ...inventory,
      loadBalancers: inventory.loadBalancers.map((lb) => ({ ...lb, links: ['10.1.0.11'] })),
    }
    expect(told({}, undefined, linked)).toEqual([
      'lb1: 10.1.0.11 is not an address of this host\n  → set load_balancers.lb1.links.0 to one of: 10.0.0.11',
    ])
    expect(told({}, undefined, { ...linked, ha: 'keepalived' })).toEqual([])
  })

  test('a VIP without a prefix where no network tells it', () => {
    const elsewhere = pacemakerInventory({ vip: '192.168.7.100' })
    expect(told({}, undefined, elsewhere)).toEqual([
      expect.stringContaining('eth0 has no address in the network of the VIP 192.168.7.100'),
    ])
    expect(told({}, undefined, pacemakerInventory({ vip: '192.168.7.100/24' }))).toEqual([])
    expect(told({}, undefined, { ...elsewhere, ha: 'keepalived' })).toEqual([])
  })

  test('no room for the packages that are still to come', () => {
    const free = { etc: 1e9, var: 10 * 1024 * 1024 }
    expect(told({ free })).toEqual([])
    const pacemaker = { version: '2.1.5', installed: false }
    expect(told({ free, versions: { ...versions, pacemaker } })).toEqual([
      expect.stringContaining('64.0 MiB are needed'),
    ])
  })
})

test('interfaces and words of keepalived are nobody’s business here', () => {
  const tracking = pacemakerInventory({
    keepalived: '{ track_interfaces: [eth7] }',
  })
  const old = { ...versions, keepalived: { version: '1.3.5', installed: true } }
  expect(told({ versions: old }, undefined, tracking)).toEqual([])
  expect(told({ versions: old }, undefined, { ...tracking, ha: 'keepalived' })).not.toEqual([])
})
