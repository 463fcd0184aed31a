import { describe, expect, test } from 'vitest'
import { parseInventory } from '../../../src/inventory/parse.ts'
import { placeholders } from './environment.ts'

/* What each rule objects to is in test/broken. Here: where it begins, and what it leaves alone. */

interface Parts {
  readonly members?: number
  readonly vip?: string
  readonly corosync?: string
  readonly pacemaker?: string
}

const RACE = 'fencing: { ipmi: { agent: fence_ipmilan } }'
const DEVICE = 'fencing: { ipmi: { agent: fence_ipmilan, options: { pcmk_delay_max: 10s } } }'

function rules({ members = 2, vip, corosync, pacemaker }: Parts): readonly string[] {
  const hosts = Array.from({ length: members }, (_, index) => `lb${index + 1}: 10.0.0.${index + 11}`)
  const text = `
cluster: demo
ha: pacemaker
load_balancers: { ${hosts.join(', ')} }
vips: { api: { address: 10.0.0.10/24, interface: eth0, ${vip ?? ''} } }
corosync: { ${corosync ?? ''} }
pacemaker: { ${pacemaker ?? DEVICE} }
haproxy: { frontends: { api: { servers: { cp1: "10.0.0.99:6443" } } } }
`
  return parseInventory(text, 'i.yaml', placeholders).problems.map(({ rule }) => rule)
}

describe('rules of pacemaker', () => {
  test.each<Parts & { name: string; found: readonly string[] }>([
    { name: 'a pair with fencing', found: [] },
    { name: 'a pair whose members shoot each other', pacemaker: RACE, found: ['fencing-race'] },
    { name: 'three of which two have quorum', members: 3, pacemaker: RACE, found: [] },
    {
      name: 'a pair whose delay is a property',
      pacemaker: `${RACE}, properties: { priority-fencing-delay: 15s }`,
      found: [],
    },
    { name: 'one alone is warned of once', members: 1, pacemaker: 'fencing: none', found: ['few-load-balancers'] },
    {
      name: 'one alone may ignore quorum',
      members: 1,
      pacemaker: `${DEVICE}, quorum_policy: ignore`,
      found: ['few-load-balancers'],
    },
    {
      name: 'a policy for lost quorum with fencing',
      members: 3,
      pacemaker: `${DEVICE}, quorum_policy: freeze`,
      found: [],
    },
    { name: 'suicide with fencing', members: 3, pacemaker: `${DEVICE}, quorum_policy: suicide`, found: [] },
    { name: 'freeze of two', pacemaker: 'fencing: none, quorum_policy: freeze', found: ['fencing-none'] },
    { name: 'demote', members: 3, pacemaker: 'fencing: none, quorum_policy: demote', found: ['fencing-none'] },
    {
      name: 'ignored by a fenced three',
      members: 3,
      pacemaker: `${DEVICE}, quorum_policy: ignore`,
      found: ['quorum-policy'],
    },
    { name: 'ffsplit of four', members: 4, corosync: 'device: { host: qnet }', found: [] },
    { name: 'lms of three', members: 3, corosync: 'device: { host: qnet, algorithm: lms }', found: [] },
    { name: 'a tie breaker of four', members: 4, corosync: 'extra: { quorum: "auto_tie_breaker: 1" }', found: [] },
    { name: 'a tie breaker off', corosync: 'extra: { quorum: "auto_tie_breaker: 0" }', found: [] },
    { name: 'the shortest token', corosync: 'token: 30ms', found: ['token-range'] },
    { name: 'a token of a second', corosync: 'token: 1s', found: [] },
    { name: 'a token of half a minute', corosync: 'token: 30s', found: [] },
    { name: 'a hash without a cipher', corosync: 'crypto_cipher: none', found: [] },
    { name: 'the last port', corosync: 'port: 65535', found: [] },
    { name: 'scores below infinity', vip: 'prefer: { lb1: 999999, lb2: -999999 }', found: [] },
    { name: 'the broadcast address of the network', vip: 'broadcast: 10.0.0.255', found: [] },
    { name: 'failures counted by one', pacemaker: `${DEVICE}, migration_threshold: 1, failure_timeout: 1s`, found: [] },
    { name: 'failures never forgotten', pacemaker: `${DEVICE}, failure_timeout: 0s`, found: [] },
    {
      name: 'failures forgotten at the next look',
      pacemaker: `${DEVICE}, failure_timeout: 10s`,
      found: ['failure-timeout'],
    },
    { name: 'failures remembered longer than that', pacemaker: `${DEVICE}, failure_timeout: 11s`, found: [] },
    { name: 'fencing that is there', pacemaker: `${DEVICE}, operations: { vip: { on_fail: fence } }`, found: [] },
    {
      name: 'a failure that empties the member',
      pacemaker: 'fencing: none, operations: { haproxy: { on_fail: standby } }',
      found: ['fencing-none'],
    },
  ])('$name', ({ found, ...parts }) => {
    expect(rules(parts)).toEqual(found)
  })

  describe('two VIPs that stand with one haproxy', () => {
    const apart = (a: string, b: string, haproxy: string, members = 3) =>
      rules({
        members,
        vip: `prefer: { ${a} } }, other: { address: 10.0.0.20/24, interface: eth0, prefer: { ${b} }`,
        pacemaker: `${DEVICE}, haproxy: ${haproxy}`,
      })

    test('may have no place in common', () => {
      expect(apart('lb1: never', 'lb2: never', 'with-vip', 2)).toEqual([
        'prefer-nobody',
        'prefer-nobody',
        'prefer-apart',
      ])
      expect(apart('lb1: never, lb2: never', 'lb3: never', 'with-vip')).toEqual(['prefer-nobody', 'prefer-apart'])
    })

    test('may have only one in common, though each has two', () => {
      expect(apart('lb1: never', 'lb2: never', 'with-vip')).toEqual(['prefer-apart'])
    })

    test('that one leaves as few places alone is told of that one', () => {
      expect(apart('lb1: never, lb2: never', 'lb1: never', 'with-vip')).toEqual(['prefer-nobody'])
      expect(apart('lb1: never, lb2: never, lb3: never', 'lb1: never', 'with-vip')).toEqual(['prefer-nobody'])
    })

    test('may share what each wishes for itself, and need not where haproxy runs everywhere', () => {
      expect(apart('lb1: always', 'lb2: always', 'with-vip')).toEqual([])
      expect(apart('lb1: never', 'lb1: never', 'with-vip')).toEqual([])
      expect(apart('lb1: never', 'lb2: never', 'everywhere')).toEqual([])
    })
  })

  test.each(['password', 'passwd', 'snmp_priv_passwd', 'secret_key', 'api_token', 'apikey'])(
    'an option %s is a secret',
    (option) => {
      expect(
        rules({ pacemaker: `fencing: { a: { agent: fence_a, options: { pcmk_delay_max: 5s, ${option}: hunter2 } } }` }),
      ).toEqual(['fencing-secret'])
      expect(
        rules({
          pacemaker: `fencing: { a: { agent: fence_a, options: { pcmk_delay_max: 5s, ${option}: { env: P } } } }`,
        }),
      ).toEqual([])
    },
  )

  test.each(['password_script', 'key_file', 'identity_file', 'ip', 'pcmk_host_map'])(
    'an option %s is none',
    (option) => {
      expect(
        rules({ pacemaker: `fencing: { a: { agent: fence_a, options: { pcmk_delay_max: 5s, ${option}: x } } }` }),
      ).toEqual([])
    },
  )

  /** Topology 3.1: the hosts are in another network than the interface that carries the VIP. */
  test('a broadcast address confirms the network of a VIP', () => {
    expect(rules({ vip: 'broadcast: 10.9.0.31' })).toEqual(['vip-broadcast'])
    const elsewhere = (more: string) => rules({ vip: `}, other: { address: 10.9.0.20/27, interface: eth1, ${more}` })
    expect(elsewhere('')).toEqual(['vip-subnet'])
    expect(elsewhere('broadcast: 10.9.0.31')).toEqual([])
  })
})
