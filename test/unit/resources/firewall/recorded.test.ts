import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { firewallResource } from '../../../../src/resources/firewall.ts'
import { judgeOpening } from '../../../../src/resources/firewall/judge.ts'
import { firewallNames, type FirewallName, type Opening } from '../../../../src/platform/firewall/types.ts'
import { tcp, udp, vrrp } from './openings.ts'

const read = (name: string): string => readFileSync(new URL(`recorded/${name}.txt`, import.meta.url), 'utf8')

function managerOf(name: string): FirewallName {
  const found = firewallNames.find((one) => name.startsWith(one))
  if (found === undefined) throw new Error(name)
  return found
}

const six = { family: 6, destination: 'fd00::100' } as const

describe('recorded rules', () => {
  test.each<[recording: string, opening: Opening, runtime: string, permanent: string]>([
    ['firewalld-1.3.3-bare', vrrp, 'closed', 'closed'],
    ['firewalld-1.3.3-bare', tcp(6443), 'closed', 'closed'],
    ['firewalld-1.3.3-service', vrrp, 'open', 'closed'],
    // kube-apiserver is a service of this port: nothing is added beside it.
    ['firewalld-1.3.3-service', tcp(6443), 'open', 'open'],
    ['firewalld-1.3.3-service', tcp(9000), 'unknown', 'closed'],
    ['firewalld-1.3.3-bare', udp(5405), 'closed', 'closed'],
    // A service of this port is one of tcp.
    ['firewalld-1.3.3-service', udp(6443), 'closed', 'closed'],
    ['ufw-0.36.2-bare', udp(5405), 'closed', 'closed'],
    // Opened for tcp there, which is another port.
    ['ufw-0.36.2-opened', udp(6443), 'closed', 'closed'],
    ['nftables-1.0.6-policy-drop', udp(5405), 'closed', 'closed'],
    ['nftables-1.0.6-everything', udp(5405), 'open', 'open'],
    ['iptables-1.8.9-logdrop', udp(22), 'closed', 'closed'],
    ['ufw-0.36.2-bare', vrrp, 'closed', 'closed'],
    ['ufw-0.36.2-bare', tcp(22), 'open', 'open'],
    ['ufw-0.36.2-bare', tcp(22, six), 'open', 'open'],
    ['ufw-0.36.2-bare', tcp(6443), 'closed', 'closed'],
    ['ufw-0.36.2-bare', tcp(6443, six), 'closed', 'closed'],
    ['ufw-0.36.2-opened', vrrp, 'open', 'open'],
    ['ufw-0.36.2-opened', tcp(6443), 'open', 'open'],
    ['ufw-0.36.2-opened', tcp(6443, six), 'open', 'open'],
    ['nftables-1.0.6-policy-drop', vrrp, 'closed', 'closed'],
    ['nftables-1.0.6-policy-drop', tcp(6443), 'closed', 'closed'],
    ['nftables-1.0.6-policy-drop', tcp(6443, six), 'closed', 'closed'],
    ['nftables-1.0.6-policy-drop', tcp(22), 'open', 'open'],
    // `fib daddr type local accept` lets everything to the host itself in.
    ['nftables-1.0.6-everything', tcp(6443), 'open', 'open'],
    ['nftables-1.0.6-everything', tcp(85), 'open', 'open'],
    ['nftables-1.0.6-everything', vrrp, 'open', 'open'],
    ['iptables-1.8.9-logdrop', vrrp, 'closed', 'closed'],
    ['iptables-1.8.9-logdrop', tcp(6443), 'closed', 'closed'],
    ['iptables-1.8.9-logdrop', tcp(22), 'open', 'open'],
    // ip6tables has no rule there.
    ['iptables-1.8.9-logdrop', tcp(6443, six), 'open', 'open'],
  ])('%s: $name', (recording, opening, runtime, permanent) => {
    const found = judgeOpening(managerOf(recording), read(recording), opening)
    expect([found.runtime.is, found.permanent.is]).toEqual([runtime, permanent])
  })
})

describe('where it is opened', () => {
  const gaps = (recording: string, opening: Opening) =>
    judgeOpening(managerOf(recording), read(recording), opening).gaps.map(({ scope, chain, before, file }) =>
      [scope, chain, before ?? 'at the end', file ?? ''].join(' ').trim(),
    )

  test('firewalld: in the zone of the interface, else the default one', () => {
    expect(gaps('firewalld-1.3.3-bare', vrrp)).toEqual(['runtime public at the end', 'permanent public at the end'])
    expect(gaps('firewalld-1.3.3-service', vrrp)).toEqual(['permanent public at the end'])
  })

  test('nftables: at the end of a chain whose policy drops', () => {
    expect(gaps('nftables-1.0.6-policy-drop', tcp(6443))).toEqual([
      'runtime inet filter input at the end',
      'permanent inet filter input at the end /etc/nftables.conf',
    ])
  })

  test('iptables: before the rule that drops, named by its text', () => {
    expect(gaps('iptables-1.8.9-logdrop', vrrp)).toEqual([
      'runtime INPUT -A INPUT -j LOGDROP',
      'permanent INPUT -A INPUT -j LOGDROP /etc/iptables/rules.v4',
    ])
  })
})

test('what is open has nothing to do; what is closed is opened by one action', () => {
  const resource = (recording: string) =>
    firewallResource({ manager: managerOf(recording), opening: vrrp, all: [vrrp] }).compare(read(recording))
  expect(resource('ufw-0.36.2-opened')).toEqual({ changes: [], actions: [] })
  expect(resource('nftables-1.0.6-policy-drop')).toMatchObject({
    changes: [{ property: 'runtime' }, { property: 'permanent' }],
    actions: [{ do: 'open', manager: 'nftables', gaps: [{ scope: 'runtime' }, { scope: 'permanent' }] }],
  })
})

test('a manager that does not answer is not known, and nothing is changed', () => {
  const silent = judgeOpening('firewalld', 'default=public\n== runtime\n== permanent\n== services\n', vrrp)
  expect(silent).toMatchObject({ runtime: { is: 'unknown' }, gaps: [] })
})
