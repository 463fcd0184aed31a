import { describe, expect, test } from 'vitest'
import type { Inventory } from '../../../src/inventory/model.ts'
import { parseInventory } from '../../../src/inventory/parse.ts'
import type { ParseEnvironment } from '../../../src/inventory/normalise/context.ts'
import { renderProblem } from '../../../src/lib/problem.ts'
import { Secret } from '../../../src/lib/secret.ts'
import { environment, placeholders } from './environment.ts'

interface Parts {
  readonly hosts?: string
  readonly vip?: string
  readonly corosync?: string
  readonly pacemaker?: string
}

function read(parts: Parts, world: ParseEnvironment = placeholders): Inventory {
  const text = `
cluster: demo
ha: pacemaker
load_balancers: { ${parts.hosts ?? 'lb1: 10.0.0.11, lb2: 10.0.0.12'} }
vips: { api: { address: 10.0.0.10/24, interface: eth0, ${parts.vip ?? ''} } }
corosync: { ${parts.corosync ?? ''} }
pacemaker: { ${parts.pacemaker ?? 'fencing: none'} }
haproxy: { frontends: { api: { servers: { cp1: "10.0.0.21:6443" } } } }
`
  const { inventory, problems } = parseInventory(text, 'i.yaml', world)
  if (inventory === undefined) throw new Error(problems.map(renderProblem).join('\n'))
  return inventory
}

test('what is not said has the defaults of an expert', () => {
  const { corosync, pacemaker, vips, loadBalancers } = read({})
  expect(corosync).toEqual({
    authkey: 'generate',
    token: 1000,
    cipher: 'aes256',
    hash: 'sha256',
    port: 5405,
    device: undefined,
    extra: { totem: '', quorum: '', file: '' },
    version: undefined,
  })
  expect(pacemaker).toEqual({
    haproxy: 'everywhere',
    fencing: { kind: 'none', explicit: true },
    quorumPolicy: 'stop',
    stickiness: 100,
    migrationThreshold: 3,
    failureTimeout: 120_000,
    vip: {
      monitor: { interval: 10_000, timeout: 20_000 },
      startTimeout: 20_000,
      stopTimeout: 20_000,
      onFail: 'restart',
    },
    haproxyOperations: {
      monitor: { interval: 5000, timeout: 20_000 },
      startTimeout: 60_000,
      stopTimeout: 60_000,
      onFail: 'restart',
    },
    properties: new Map(),
    purge: false,
    version: undefined,
  })
  expect(vips[0]).toMatchObject({ broadcast: undefined, options: new Map(), preferences: new Map() })
  expect(loadBalancers.map(({ nodeId, links }) => [nodeId, links])).toEqual([
    [undefined, []],
    [undefined, []],
  ])
})

describe('short and long forms are one', () => {
  test.each<{ name: string; short: Parts; long: Parts }>([
    {
      name: 'one further link',
      short: {
        hosts: 'lb1: { address: 10.0.0.11, links: "FD00:0::11" }, lb2: { address: 10.0.0.12, links: "fd00::12" }',
      },
      long: {
        hosts: 'lb1: { address: 10.0.0.11, links: ["[fd00::11]"] }, lb2: { address: 10.0.0.12, links: ["fd00::12"] }',
      },
    },
    {
      name: 'a quorum device',
      short: { corosync: 'device: { host: qnet }' },
      long: { corosync: 'device: { host: qnet, algorithm: ffsplit, tls: off }' },
    },
    {
      name: 'a fencing device of one host',
      short: { pacemaker: 'fencing: { a: { agent: fence_x, hosts: lb1 }, b: { agent: fence_x } }' },
      long: {
        pacemaker:
          'fencing: { a: { agent: fence_x, hosts: [lb1], monitor_interval: 60s, options: {} }, b: { agent: fence_x, hosts: [] } }',
      },
    },
    {
      name: 'numbers and words of an agent',
      short: { vip: 'options: { lvs_support: true, arp_count: 3 }' },
      long: { vip: 'options: { lvs_support: "true", arp_count: "3" }' },
    },
  ])('$name', ({ short, long }) => {
    expect(read(short)).toEqual(read(long))
  })
})

describe('monitors', () => {
  const monitors = (pacemaker: string) => {
    const { vip, haproxyOperations } = read({ pacemaker: `fencing: none, ${pacemaker}` }).pacemaker
    return [vip.monitor, haproxyOperations.monitor]
  }

  test('what is said for both counts for both', () => {
    const both = { interval: 20_000, timeout: 60_000 }
    expect(monitors('monitor: { interval: 20s, timeout: 60s }')).toEqual([both, both])
  })

  test('what is said of one counts more, each time by itself', () => {
    expect(
      monitors(
        'monitor: { interval: 20s }, operations: { vip: { monitor: { interval: 4s } }, haproxy: { monitor: { timeout: 9s } } }',
      ),
    ).toEqual([
      { interval: 4000, timeout: 20_000 },
      { interval: 20_000, timeout: 9000 },
    ])
  })
})

test('a preference is a score, or without end', () => {
  const [vip] = read({
    hosts: 'a: 10.0.0.1, b: 10.0.0.2, c: 10.0.0.3',
    vip: 'prefer: { a: 50, b: always, c: never }',
  }).vips
  expect([...(vip?.preferences ?? [])]).toEqual([
    ['a', 50],
    ['b', 'INFINITY'],
    ['c', '-INFINITY'],
  ])
})

describe('secrets', () => {
  const key = Buffer.alloc(256, 7).toString('base64')
  const authkey = (value: string) =>
    read({ corosync: 'authkey: { env: KEY }' }, environment({ KEY: value })).corosync.authkey

  test.each([
    ['as it is printed in one line', key],
    ['as base64 breaks its lines', `${key.slice(0, 76)}\n${key.slice(76)}\n`],
  ])('a key is the same %s', (_, value) => {
    const found = authkey(value)
    expect(found).toBeInstanceOf(Secret)
    expect(found instanceof Secret ? found.reveal() : '').toBe(key)
  })

  test.each([128, 4096])('a key of %i bytes is one', (size) => {
    expect(authkey(Buffer.alloc(size).toString('base64'))).toBeInstanceOf(Secret)
  })

  test.each([127, 4097])('a key of %i bytes is none', (size) => {
    expect(() => authkey(Buffer.alloc(size).toString('base64'))).toThrow('128 to 4096 bytes')
  })

  test('a key that nobody has looked up is not judged', () => {
    expect(read({ corosync: 'authkey: { env: KEY }' }).corosync.authkey).toBeInstanceOf(Secret)
  })

  test('a device’s password is a secret among its options', () => {
    const { fencing } = read(
      { pacemaker: 'fencing: { ipmi: { agent: fence_ipmilan, options: { port: 623, password: { env: P } } } }' },
      environment({ P: 'hunter2' }),
    ).pacemaker
    const options = fencing.kind === 'devices' ? fencing.devices[0]?.options : undefined
    expect(options?.get('port')).toBe('623')
    const password = options?.get('password')
    expect(password instanceof Secret ? password.reveal() : '').toBe('hunter2')
    expect(JSON.stringify([...(options ?? [])])).not.toContain('hunter2')
  })
})
