import { fc, test } from '@fast-check/vitest'
import { describe, expect } from 'vitest'
import type { Packet } from '../../../../src/platform/firewall/types.ts'
import { follow } from '../../../../src/resources/firewall/evaluate.ts'
import { parseIptables } from '../../../../src/resources/firewall/iptables.ts'
import { packet, tcp } from './openings.ts'
import { judgeOpening } from '../../../../src/resources/firewall/judge.ts'

/** What becomes of a packet at these rules of INPUT. */
function fate(rules: readonly string[], policy = 'ACCEPT', one: Packet = packet({ port: 6443 })) {
  const chains = [`:INPUT ${policy} [0:0]`, ':SUB - [0:0]']
  const ruleset = parseIptables(['*filter', ...chains, ...rules, 'COMMIT'].join('\n'), 4)
  const base = ruleset.get('INPUT')
  if (base === undefined) throw new Error('no INPUT')
  return follow(ruleset, base, one)
}

describe('rules of iptables', () => {
  test.each<[rules: readonly string[], policy: string, is: string]>([
    [[], 'ACCEPT', 'accepted'],
    [[], 'DROP', 'dropped'],
    [['-A INPUT -p tcp -m tcp --dport 6443 -j ACCEPT'], 'DROP', 'accepted'],
    [['-A INPUT -p tcp -m multiport --dports 80,6000:7000 -j ACCEPT'], 'DROP', 'accepted'],
    [['-A INPUT -p tcp -m tcp ! --dport 22 -j DROP'], 'ACCEPT', 'dropped'],
    [['-A INPUT -p udp --dport 6443 -j ACCEPT'], 'DROP', 'dropped'],
    [['-A INPUT -i eth1 -j ACCEPT'], 'DROP', 'dropped'],
    [['-A INPUT -i eth+ -j ACCEPT'], 'DROP', 'accepted'],
    [['-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT'], 'DROP', 'dropped'],
    [['-A INPUT -m conntrack --ctstate NEW -j ACCEPT'], 'DROP', 'accepted'],
    [['-A INPUT -m conntrack --ctstate INVALID -j DROP'], 'ACCEPT', 'accepted'],
    [['-A INPUT -j SUB', '-A SUB -j RETURN', '-A SUB -j DROP'], 'ACCEPT', 'accepted'],
    [['-A INPUT -g SUB', '-A INPUT -j ACCEPT'], 'DROP', 'dropped'],
    [['-A INPUT -j SUB', '-A INPUT -j ACCEPT'], 'DROP', 'accepted'],
    // Rules against or for named senders: a client is nobody in particular.
    [['-A INPUT -s 203.0.113.7/32 -j DROP'], 'ACCEPT', 'accepted'],
    [['-A INPUT -s 10.0.0.0/8 -p tcp --dport 6443 -j ACCEPT'], 'DROP', 'unknown'],
    [['-A INPUT -m set --match-set bad src -j DROP', '-A INPUT -j ACCEPT'], 'DROP', 'unknown'],
    // What is not modelled is never a pass, and never a drop.
    [['-A INPUT -m recent --name x -j DROP'], 'ACCEPT', 'unknown'],
    [['-A INPUT -m geoip --source-country XX -j ACCEPT'], 'DROP', 'unknown'],
    [['-A INPUT -j NFQUEUE --queue-num 0'], 'ACCEPT', 'unknown'],
    [['-A INPUT -j MISSING'], 'ACCEPT', 'unknown'],
    [['-A INPUT -m limit --limit 3/min -j LOG', '-A INPUT -j DROP'], 'ACCEPT', 'dropped'],
    [
      ['-A INPUT -p tcp -m tcp ! --tcp-flags FIN,SYN,RST,ACK SYN -m conntrack --ctstate NEW -j DROP'],
      'ACCEPT',
      'accepted',
    ],
    [['-A INPUT ! -s 127.0.0.0/8 -d 127.0.0.0/8 -j DROP'], 'ACCEPT', 'accepted'],
  ])('%j, policy %s: %s', (rules, policy, is) => {
    expect(fate(rules, policy).is).toBe(is)
  })
})

const certain = fc.constantFrom(
  '-p tcp --dport 6443',
  '-p tcp --dport 22',
  '-p vrrp',
  '-i eth0',
  '-i lo',
  '-d 10.0.0.100/32',
  '-m conntrack --ctstate NEW',
  '-m conntrack --ctstate ESTABLISHED',
  '! -i lo',
)
const doubtful = fc.constantFrom('-m recent --name x', '-m geoip --source-country XX', '-m limit --limit 1/s')
const target = fc.constantFrom('ACCEPT', 'DROP', 'RETURN', 'LOG', 'SUB')
const rule = (condition: fc.Arbitrary<string>) =>
  fc
    .record({ chain: fc.constantFrom('INPUT', 'SUB'), condition, target })
    .filter(({ chain, target: to }) => !(chain === 'SUB' && to === 'SUB'))
    .map(({ chain, condition: one, target: to }) => `-A ${chain} ${one} -j ${to}`)
const policy = fc.constantFrom('ACCEPT', 'DROP')

/** The same rules, followed in the plainest way: one packet, every condition certain. */
function oracle(rules: readonly string[], then: string): string {
  const fits: Readonly<Record<string, boolean>> = {
    '-p tcp --dport 6443': true,
    '-i eth0': true,
    '-d 10.0.0.100/32': true,
    '-m conntrack --ctstate NEW': true,
    '! -i lo': true,
  }
  const run = (chain: string): string => {
    for (const line of rules) {
      const [, own = '', condition = '', to = ''] = /^-A (\w+) (.*) -j (\w+)$/.exec(line) ?? []
      if (own !== chain || fits[condition] !== true) continue
      if (to === 'ACCEPT' || to === 'DROP') return to
      if (to === 'RETURN') return ''
      const below = to === 'SUB' ? run('SUB') : ''
      if (below !== '') return below
    }
    return ''
  }
  return (run('INPUT') || then) === 'ACCEPT' ? 'accepted' : 'dropped'
}

describe('any rules', () => {
  test.prop([fc.array(rule(certain), { maxLength: 8 }), policy])(
    'of certain conditions are followed as the kernel follows them',
    (rules, then) => {
      expect(fate(rules, then).is).toBe(oracle(rules, then))
    },
  )

  test.prop([fc.array(rule(fc.oneof(certain, doubtful)), { maxLength: 8 }), policy, fc.nat(7), doubtful, target])(
    'with one more that may fit or not are never judged otherwise, only less surely',
    (rules, then, at, condition, to) => {
      const before = fate(rules, then)
      const after = fate(rules.toSpliced(at, 0, `-A INPUT ${condition} -j ${to}`), then)
      if (after.is !== 'unknown') expect(after.is).toBe(before.is)
    },
  )

  test.prop([fc.array(rule(certain), { maxLength: 8 }), policy])(
    'that keep a packet out let it in with a rule at the place that was found',
    (rules, then) => {
      const text = (lines: readonly string[]) =>
        `== iptables 4\n*filter\n:INPUT ${then} [0:0]\n:SUB - [0:0]\n${lines.join('\n')}\nCOMMIT\n`
      const [gap] = judgeOpening('iptables', text(rules), tcp(6443)).gaps
      fc.pre(gap !== undefined)
      const before = gap.before === undefined ? rules.length : rules.indexOf(gap.before)
      const opened = rules.toSpliced(before, 0, '-A INPUT -p tcp --dport 6443 -j ACCEPT')
      expect(judgeOpening('iptables', text(opened), tcp(6443)).runtime.is).toBe('open')
    },
  )
})
