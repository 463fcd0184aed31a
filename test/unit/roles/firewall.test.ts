import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { Inventory } from '../../../src/inventory/model.ts'
import { debian } from '../../../src/platform/debian.ts'
import { firewallRole } from '../../../src/roles/firewall.ts'
import { openingsOf } from '../../../src/roles/openings.ts'
import { selinuxRole } from '../../../src/roles/selinux.ts'
import { factsOf } from '../support/facts.ts'
import { pacemakerInventory } from '../support/pacemaker.ts'
import { inventoryOf } from '../support/inventory.ts'

const facts = factsOf('lb1', {
  firewall: 'nftables',
  interfaces: [{ name: 'eth0', addresses: [{ address: '10.0.0.11', prefix: 24, family: 4 }] }],
})
const secrets = { vrrpAuthPass: undefined, statsPassword: undefined, authkey: undefined }

function hostOf({ loadBalancers: [host] }: Inventory) {
  if (host === undefined) throw new Error('no host')
  return host
}

function outputOf(firewall: Inventory['firewall'], more = facts) {
  const inventory = { ...inventoryOf(), firewall }
  return firewallRole({
    inventory,
    host: hostOf(inventory),
    facts: more,
    platform: debian,
    secrets,
    nodeIds: new Map(),
  })
}

describe('openings', () => {
  test('are VRRP, each frontend and the statistics; not the loopback page', () => {
    const inventory = inventoryOf()
    const openings = openingsOf(inventory, hostOf(inventory), facts)
    expect(openings.map(({ name }) => name)).toEqual(['vrrp', 'tcp/6443', 'tcp/9000'])
    expect(openings[0]?.packets).toEqual([
      expect.objectContaining({ direction: 'in', source: '10.0.0.12', destination: '10.0.0.11', interface: 'eth0' }),
      expect.objectContaining({ direction: 'out', source: '10.0.0.11', destination: '10.0.0.12' }),
    ])
    expect(openings[1]?.packets).toMatchObject([{ family: 4, source: undefined, destination: '10.0.0.100' }])
    expect(openings[2]?.packets).toMatchObject([{ destination: '10.0.0.11' }])
  })

  test('of pacemaker are corosync’s ports, one a link, instead of VRRP; the clients’ stay', () => {
    const inventory = pacemakerInventory({ third: '10.0.0.13' })
    const links: Readonly<Record<string, string>> = { lb1: '10.1.0.11', lb2: '10.1.0.12' }
    const loadBalancers = inventory.loadBalancers.map((lb) => ({ ...lb, links: [links[lb.name] ?? []].flat() }))
    const linked = { ...inventory, loadBalancers, corosync: { ...inventory.corosync, port: 5500 } }
    const openings = openingsOf(linked, hostOf(linked), facts)
    expect(openings.map(({ name }) => name)).toEqual(['udp/5500', 'udp/5501', 'tcp/6443', 'tcp/9000'])
    expect(openings[0]?.packets.map(({ direction, source, destination }) => [direction, source, destination])).toEqual([
      ['in', '10.0.0.12', '10.0.0.11'],
      ['out', '10.0.0.11', '10.0.0.12'],
      ['in', '10.0.0.13', '10.0.0.11'],
      ['out', '10.0.0.11', '10.0.0.13'],
    ])
    // The third has no such link.
    expect(openings[1]?.packets.map(({ destination }) => destination)).toEqual(['10.1.0.11', '10.1.0.12'])
  })

  test('in multicast go to the group', () => {
    const inventory = inventoryOf({ keepalived: '{ mode: multicast }' })
    const [vrrp] = openingsOf(inventory, hostOf(inventory), facts)
    expect(vrrp?.packets.map(({ destination }) => destination)).toEqual(['224.0.0.18', '224.0.0.18'])
  })
})

describe('the role', () => {
  test('opens, only judges, or does nothing', () => {
    expect(outputOf('manage').resources.map(({ id }) => id)).toEqual([
      'firewall[vrrp]',
      'firewall[tcp/6443]',
      'firewall[tcp/9000]',
    ])
    expect(outputOf('check')).toMatchObject({ resources: [], checks: [{}, {}, {}] })
    expect(outputOf('ignore')).toEqual({ resources: [], checks: [] })
    expect(outputOf('manage', { ...facts, firewall: 'none' })).toEqual({ resources: [], checks: [] })
  })

  test('asks the same for every opening, so that it is asked once', () => {
    const { resources } = outputOf('manage')
    expect(new Set(resources.map((one) => one.probe(debian))).size).toBe(1)
  })

  test('in check tells what is closed', () => {
    const [vrrp, port] = outputOf('check').checks
    const path = new URL('../resources/firewall/recorded/nftables-1.0.6-policy-drop.txt', import.meta.url)
    const sample = { host: 'lb1', output: readFileSync(path, 'utf8'), from: 0, to: 1 }
    expect(vrrp?.judge([sample], [])).toMatchObject([{ check: 'firewall[vrrp]', status: 'failed' }])
    expect(port?.judge([sample], [])[0]?.message).toBe('nftables keeps tcp/6443 out: the policy of inet filter input')
  })
})

test('SELinux is asked about every port that haproxy uses, where it is on', () => {
  const inventory = inventoryOf()
  const of = (selinux: 'enforcing' | 'permissive' | 'disabled') =>
    selinuxRole({
      inventory,
      host: hostOf(inventory),
      facts: { ...facts, selinux },
      platform: debian,
      secrets,
      nodeIds: new Map(),
    })
  expect(of('disabled').resources).toEqual([])
  expect(of('permissive').resources.map(({ id }) => id)).toEqual(['selinux[haproxy]'])
  expect(of('enforcing').resources[0]?.compare('boolean=0 0\n').changes).toHaveLength(1)
})
