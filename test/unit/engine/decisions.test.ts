import { describe, expect, test } from 'vitest'
import { pendingSteps, loadsOf } from '../../../src/engine/pending.ts'
import { preflight } from '../../../src/engine/preflight.ts'
import { settleSecrets } from '../../../src/engine/secrets.ts'
import { Tally } from '../../../src/engine/tally.ts'
import type { Observation } from '../../../src/engine/observe.ts'
import { HostError } from '../../../src/lib/errors.ts'
import { MASK, Secret } from '../../../src/lib/secret.ts'
import type { Action } from '../../../src/resources/action.ts'
import { factsOf, noCluster } from '../support/facts.ts'
import { inventoryOf } from '../support/inventory.ts'

/** A host as it was seen: the actions that each resource calls for. */
function seen(...resources: readonly (readonly [play: string, id: string, actions: readonly Action[]])[]): Observation {
  return {
    host: 'lb1',
    resources: resources.map(([play, id, actions]) => ({
      play,
      resource: { id, kind: '', probe: () => '', compare: () => ({ changes: [], actions: [] }) },
      comparison: { changes: actions.map(() => ({ property: 'p', before: 'b', after: 'a' })), actions },
    })),
    samples: new Map(),
  }
}

const install = (name: string): Action => ({
  do: 'install',
  packages: [{ name, version: undefined }],
  holdUnits: [name],
})
const load = (unit: string): Action => ({ do: 'load', load: { unit, files: [], provedBy: 'main-process' } })

describe('pending steps', () => {
  test('installs that follow each other become one, for all their resources', () => {
    const steps = pendingSteps(seen(['a', 'package[x]', [install('x')]], ['a', 'package[y]', [install('y')]]))
    expect(steps).toEqual([
      {
        resources: ['package[x]', 'package[y]'],
        action: {
          do: 'install',
          packages: [
            { name: 'x', version: undefined },
            { name: 'y', version: undefined },
          ],
          holdUnits: ['x', 'y'],
        },
      },
    ])
  })

  test('what comes between keeps them apart, and the order of all', () => {
    const steps = pendingSteps(
      seen(
        ['a', 'package[x]', [install('x')]],
        ['a', 'user[u]', [{ do: 'user', name: 'u' }]],
        ['b', 'service[y]', []],
        ['b', 'package[y]', [install('y'), load('y')]],
      ),
    )
    expect(steps.map(({ resources, action }) => [action.do, ...resources])).toEqual([
      ['install', 'package[x]'],
      ['user', 'user[u]'],
      ['install', 'package[y]'],
      ['load', 'package[y]'],
    ])
    expect(loadsOf(steps)).toEqual(['y'])
  })

  test('of one play', () => {
    const observation = seen(['a', 'x', [load('x')]], ['b', 'y', [load('y')]])
    expect(loadsOf(pendingSteps(observation, 'b'))).toEqual(['y'])
    expect(loadsOf(pendingSteps(observation, 'c'))).toEqual([])
    expect(loadsOf(pendingSteps(observation))).toEqual(['x', 'y'])
  })
})

describe('tally', () => {
  const wanting = seen(['a', 'x', [load('x')]], ['a', 'y', []])
  const settled = seen(['a', 'x', []], ['a', 'y', []])

  test('what needs nothing is unchanged, what is called for and never comes is not done', () => {
    const tally = new Tally()
    tally.seen(wanting)
    expect(tally.of('lb1')).toEqual({ x: 'not done', y: 'unchanged' })
  })

  test('what was done stays changed when it is seen again', () => {
    const tally = new Tally()
    tally.seen(wanting)
    tally.did('lb1', { done: ['x'], failed: [], error: undefined })
    tally.seen(settled)
    expect(tally.of('lb1')).toEqual({ x: 'changed', y: 'unchanged' })
    expect([tally.count('changed'), tally.count('failed')]).toEqual([1, 0])
  })

  test('what another step did on the way is changed too', () => {
    const tally = new Tally()
    tally.seen(wanting)
    tally.seen(settled)
    expect(tally.of('lb1')).toMatchObject({ x: 'changed' })
  })

  test('what failed stays failed as long as it is not as wanted', () => {
    const tally = new Tally()
    tally.did('lb1', { done: [], failed: ['x'], error: new HostError('no') })
    tally.seen(wanting)
    expect(tally.of('lb1')).toMatchObject({ x: 'failed' })
  })

  test('hosts are counted together and told apart', () => {
    const tally = new Tally()
    tally.did('lb1', { done: ['x', 'y'], failed: [], error: undefined })
    tally.did('lb2', { done: ['x'], failed: ['y'], error: undefined })
    expect([tally.count('changed'), tally.count('failed')]).toEqual([3, 1])
    expect(tally.of('lb2')).toEqual({ x: 'changed', y: 'failed' })
    expect(tally.of('lb3')).toEqual({})
  })
})

describe('preflight', () => {
  const interfaces = [
    { name: 'lo', addresses: [{ address: '127.0.0.1', prefix: 8, family: 4 as const }] },
    { name: 'eth0', addresses: [{ address: '10.0.0.11', prefix: 24, family: 4 as const }] },
  ]
  const inventory = inventoryOf()

  const told = (more: Parameters<typeof factsOf>[1]): readonly string[] =>
    preflight(inventory, new Map([['lb1', factsOf('lb1', { interfaces, ...more })]])).map((error) => error.describe())

  test('a host as it should be', () => {
    expect(told({})).toEqual([])
  })

  test('everything that is wrong, not the first', () => {
    const wrong = told({
      interfaces: [
        { name: 'lo', addresses: [{ address: '127.0.0.1', prefix: 8, family: 4 }] },
        { name: 'ens3', addresses: [{ address: '10.0.0.77', prefix: 24, family: 4 }] },
      ],
      free: { etc: 1024, var: 1024 },
    })
    expect(wrong).toEqual([
      'lb1: there is no interface eth0\n  → set vips.*.interface to one of: ens3',
      'lb1: 10.0.0.11 is not an address of this host\n  → set load_balancers.lb1.address to one of: 10.0.0.77',
      'lb1: /etc has 0.0 MiB free, and 1.0 MiB are needed\n  → make room in /etc; nothing was changed',
      'lb1: /var has 0.0 MiB free, and 2.0 MiB are needed\n  → make room in /var; nothing was changed',
    ])
  })

  test('packages that are still to come need more room', () => {
    const free = { etc: 1e9, var: 10 * 1024 * 1024 }
    expect(told({ free })).toEqual([])
    const haproxy = { version: '2.6.12', installed: false }
    expect(told({ free, versions: { ...noCluster, haproxy, keepalived: { ...haproxy, installed: true } } })).toEqual([
      'lb1: /var has 10.0 MiB free, and 64.0 MiB are needed\n  → make room in /var; nothing was changed',
    ])
  })

  test('an IPv6 address is the same however it is written', () => {
    const six = inventoryOf({ first: '2001:db8:0::11', second: '2001:db8::12', vip: '2001:db8::100' })
    const own = [{ name: 'eth0', addresses: [{ address: '2001:db8::11', prefix: 64, family: 6 as const }] }]
    expect(preflight(six, new Map([['lb1', factsOf('lb1', { interfaces: own })]]))).toEqual([])
  })

  test('a host out of sight is not judged', () => {
    expect(preflight(inventory, new Map())).toEqual([])
  })
})

describe('secrets', () => {
  const inventory = inventoryOf()
  const config = (password: string) =>
    new Secret(`vrrp_instance VI_api {\n authentication {\n auth_type PASS\n auth_pass ${password}\n }\n}\n`)
  const host = (name: string, password: string | undefined, address = '10.0.0.1') =>
    factsOf(name, {
      interfaces: [{ name: 'eth0', addresses: [{ address, prefix: 24, family: 4 }] }],
      configs: {
        keepalived: password === undefined ? undefined : config(password),
        haproxy: password === undefined ? undefined : new Secret(`  stats auth admin:${password}stats\n`),
        corosync: undefined,
        authkey: undefined,
      },
    })
  const VIP = '10.0.0.100'
  const bare = [host('lb1', undefined), host('lb2', undefined)]

  test('supplied counts before what the cluster has', () => {
    const supplied = { ...inventory, keepalived: { ...inventory.keepalived, authPass: new Secret('supplied') } }
    expect(settleSecrets(supplied, [host('lb1', 'had', VIP)], true).vrrpAuthPass?.reveal()).toBe('supplied')
  })

  test('where members disagree the holder’s counts', () => {
    const settled = settleSecrets(inventory, [host('lb1', 'one'), host('lb2', 'two', VIP)], true)
    expect(settled.vrrpAuthPass?.reveal()).toBe('two')
    expect(settled.statsPassword?.reveal()).toBe('twostats')
  })

  test('where nobody holds, or the holder has none, anybody’s counts', () => {
    expect(settleSecrets(inventory, [host('lb1', undefined), host('lb2', 'two')], true).vrrpAuthPass?.reveal()).toBe(
      'two',
    )
    expect(
      settleSecrets(inventory, [host('lb1', undefined, VIP), host('lb2', 'two')], true).vrrpAuthPass?.reveal(),
    ).toBe('two')
  })

  test('where nobody has one it is generated, of a length that counts, and every time another', () => {
    const [one, other] = [bare, bare].map((facts) => settleSecrets(inventory, facts, true))
    expect(one?.vrrpAuthPass?.reveal()).toMatch(/^[a-zA-Z2-9]{8}$/)
    expect(one?.statsPassword?.reveal()).toMatch(/^[a-zA-Z2-9]{24}$/)
    expect(one?.vrrpAuthPass?.reveal()).not.toBe(other?.vrrpAuthPass?.reveal())
  })

  test('a plan generates none', () => {
    const [one, other] = [1, 2].map(() => settleSecrets(inventory, [host('lb1', undefined)], false))
    expect(one?.vrrpAuthPass?.reveal()).toBe(other?.vrrpAuthPass?.reveal())
    expect(String(one?.statsPassword)).toBe(MASK)
    expect(settleSecrets(inventory, [host('lb1', 'had')], false).vrrpAuthPass?.reveal()).toBe('had')
  })

  test('none is generated while a member is out of sight: it may be the one that knows it', () => {
    const act = (name: string, password: string | undefined) => () =>
      settleSecrets(inventory, [host(name, password)], true)
    expect(act('lb1', undefined)).toThrow('lb2 is out of sight, and may know a secret that would have to be generated')
    expect(act('lb2', undefined)).toThrow('lb1 is out of sight')
    expect(act('lb1', 'had')).not.toThrow()
    const supplied = {
      ...inventory,
      keepalived: { ...inventory.keepalived, authPass: new Secret('supplied') },
      haproxy: { ...inventory.haproxy, stats: undefined },
    }
    expect(settleSecrets(supplied, [host('lb1', undefined)], true).vrrpAuthPass?.reveal()).toBe('supplied')
  })

  test('where none is wanted there is none, whatever the cluster has', () => {
    const none = { ...inventory, keepalived: { ...inventory.keepalived, authPass: 'none' as const } }
    expect(settleSecrets(none, [host('lb1', 'had')], true).vrrpAuthPass).toBeUndefined()
  })
})
