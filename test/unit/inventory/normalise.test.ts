import { describe, expect, test } from 'vitest'
import { formatDuration, parseDuration } from '../../../src/lib/duration.ts'
import type { Inventory } from '../../../src/inventory/model.ts'
import { parseInventory } from '../../../src/inventory/parse.ts'
import { renderProblem } from '../../../src/lib/problem.ts'
import { environment, placeholders } from './environment.ts'

interface Parts {
  readonly connection?: string
  readonly hosts?: string
  readonly vips?: string
  readonly keepalived?: string
  readonly frontend?: string
  readonly haproxy?: string
}

const SERVERS = 'servers: { cp1: "10.0.0.21:6443" }'

/** A small inventory, with these parts in flow style. */
function read(parts: Parts, world = placeholders): Inventory {
  const text = `
cluster: demo
connection: { ${parts.connection ?? ''} }
load_balancers: { ${parts.hosts ?? 'lb1: 10.0.0.11, lb2: 10.0.0.12'} }
vips: { ${parts.vips ?? 'api: { address: 10.0.0.10/24, interface: eth0 }'} }
keepalived: { ${parts.keepalived ?? ''} }
haproxy: { frontends: { api: { ${parts.frontend ?? SERVERS} } }, ${parts.haproxy ?? ''} }
`
  const { inventory, problems } = parseInventory(text, 'i.yaml', world)
  if (inventory === undefined) throw new Error(problems.map(renderProblem).join('\n'))
  return inventory
}

describe('short and long forms are one', () => {
  test.each<{ name: string; short: Parts; long: Parts }>([
    {
      name: 'a load balancer by its address',
      short: { hosts: 'lb1: 10.0.0.11, lb2: 10.0.0.12' },
      long: {
        hosts: 'lb1: { address: 10.0.0.11, host: lb1, priority: 254 }, lb2: { address: 10.0.0.12, state: BACKUP }',
      },
    },
    {
      name: 'a server',
      short: { frontend: 'servers: { cp1: "[fd00::1]:6443" }' },
      long: { frontend: 'servers: { cp1: { address: "fd00::1", port: 6443, backup: false } }' },
    },
    {
      name: 'a bind of every address',
      short: { frontend: `bind: ":::6443 v4v6", ${SERVERS}` },
      long: { frontend: `bind: [{ at: any, port: 6443 }], ${SERVERS}` },
    },
    {
      name: 'a bind of a VIP',
      short: { frontend: `bind: "api:6443 tfo", ${SERVERS}` },
      long: { frontend: `bind: { at: api, port: 6443, options: tfo }, ${SERVERS}` },
    },
    {
      name: 'a bind of every IPv4 address, which is the default',
      short: { frontend: SERVERS },
      long: { frontend: `bind: { at: "*", port: 6443 }, ${SERVERS}` },
    },
    {
      name: 'a check',
      short: { frontend: `check: tcp, ${SERVERS}` },
      long: { frontend: `check: { kind: tcp, method: GET, path: /, expect: [] }, ${SERVERS}` },
    },
    {
      name: 'a jump host',
      short: { connection: 'jump: "debian@gate:2222"' },
      long: { connection: 'jump: { host: gate, user: debian, port: 2222 }' },
    },
    {
      name: 'one of several',
      short: { connection: 'identity_file: ~/.ssh/id' },
      long: { connection: 'identity_file: [/home/op/.ssh/id]' },
    },
    {
      name: 'a process to track',
      short: { keepalived: 'track_process: haproxy' },
      long: { keepalived: 'track_process: { process: haproxy, weight: 0, delay: 1s }' },
    },
    {
      name: 'a port check',
      short: { keepalived: 'check: { port: 9443 }' },
      long: { keepalived: 'check: { kind: port, port: 9443, interval: 1s, timeout: 1000ms }' },
    },
    {
      name: 'a name server',
      short: { haproxy: 'resolvers: { r: { nameservers: 10.0.0.53 } }' },
      long: { haproxy: 'resolvers: { r: { nameservers: ["10.0.0.53:53"], extra: "" } }' },
    },
    {
      name: 'the statistics page',
      short: { haproxy: 'stats: { user: admin }' },
      long: {
        haproxy:
          'stats: { bind: { at: address, port: 9000 }, uri: /, user: admin, password: generate, hide_version: true, admin: false }',
      },
    },
  ])('$name', ({ short, long }) => {
    expect(read(short)).toEqual(read(long))
  })
})

describe('what is derived', () => {
  const ids = (vips: string) => read({ vips }).vips.map((vip) => [vip.name, vip.virtualRouterId])
  test.each([
    { name: 'the last part of the address', vips: 'a: { address: 10.0.0.77, interface: e }', expected: [['a', 77]] },
    { name: 'of 0 is 255', vips: 'a: { address: 10.0.1.0, interface: e }', expected: [['a', 255]] },
    {
      name: 'the later by name gives way, whatever the order in the file',
      vips: 'b: { address: 10.0.1.7, interface: e }, a: { address: 10.0.2.7, interface: e }',
      expected: [
        ['b', 8],
        ['a', 7],
      ],
    },
    {
      name: 'what is written down is taken first',
      vips: 'a: { address: 10.0.1.7, interface: e }, b: { address: 10.0.2.9, interface: e, virtual_router_id: 7 }',
      expected: [
        ['a', 8],
        ['b', 7],
      ],
    },
  ])('virtual_router_id: $name', ({ vips, expected }) => {
    expect(ids(vips)).toEqual(expected)
  })

  test('an IPv6 VIP needs VRRP version 3, which has no password', () => {
    const { keepalived, vips } = read({
      hosts: 'lb1: "fd00::11", lb2: "fd00::12"',
      vips: 'api: { address: "FD00:0::10/64", interface: eth0 }',
    })
    expect([keepalived.vrrpVersion, keepalived.authPass]).toEqual([3, 'none'])
    expect(vips[0]).toMatchObject({ address: 'fd00::10', prefix: 64, family: 6, virtualRouterId: 16 })
  })

  test('paths begin at the inventory or at the home', () => {
    const { connection } = read({ connection: 'identity_file: [id, ../keys/id, ~/.ssh/id, /etc/id]' })
    expect(connection.identityFiles).toEqual(['/work/inventories/id', '/work/keys/id', '/home/op/.ssh/id', '/etc/id'])
    expect(connection.knownHosts).toEqual([])
  })

  test('a secret is a secret', () => {
    const { keepalived } = read({ keepalived: 'auth_pass: { env: PASS }' }, environment({ PASS: 'k8s-vip1' }))
    expect(JSON.stringify(keepalived)).not.toContain('k8s-vip1')
    expect(keepalived.authPass).toMatchObject({})
  })

  test('time-outs and options of a frontend go where they mean something', () => {
    const { frontends, backends } = read({
      frontend: `timeouts: { client: 5h, server: 6h, connect: 2s }, options: [tcplog], ${SERVERS}`,
    }).haproxy
    expect(frontends[0]?.timeouts).toEqual({ client: 18_000_000 })
    expect(backends[0]?.timeouts).toEqual({ server: 21_600_000, connect: 2000 })
  })
})

describe('durations', () => {
  test.each([
    ['0s', 0],
    ['500ms', 500],
    ['3s', 3000],
    ['90m', 5_400_000],
    ['4h', 14_400_000],
    ['2d', 172_800_000],
  ])('%s', (text, value) => {
    expect(parseDuration(text)).toBe(value)
    expect(formatDuration(value)).toBe(text)
  })

  test.each(['3', '3 s', '-1s', '1.5s', '', '1w', '3S'])('%j is none', (text) => {
    expect(parseDuration(text)).toBeUndefined()
  })
})
