import { expect, test } from 'vitest'
import { firewallResource } from '../../../../src/resources/firewall.ts'
import { judgeOpening } from '../../../../src/resources/firewall/judge.ts'
import { tcp } from './openings.ts'

const is = (left: object, right: unknown) => ({ match: { op: '==', left, right } })
const port = (protocol: string, right: number) => is({ payload: { protocol, field: 'dport' } }, right)
const DROP = { drop: null }
const SSH = [port('tcp', 22), { accept: null }]
const BLOCKED = [is({ payload: { protocol: 'ip', field: 'saddr' } }, '203.0.113.7'), DROP]
const OURS = [port('tcp', 6443), { accept: null }]

/** What `nft -j list ruleset` prints of a chain for what comes in, and one that it may jump to. Invented. */
function listing(rules: readonly (readonly object[])[], policy: string): string {
  const at = { family: 'inet', table: 'filter' }
  const chains = [
    { ...at, name: 'input', handle: 1, type: 'filter', hook: 'input', prio: 0, policy },
    { ...at, name: 'bad', handle: 2 },
  ].map((chain) => ({ chain }))
  const ruleOf = (chain: string, expr: readonly object[], handle: number) => ({ rule: { ...at, chain, handle, expr } })
  const all = [ruleOf('bad', BLOCKED, 3), ...rules.map((expr, index) => ruleOf('input', expr, index + 10))]
  return JSON.stringify({ nftables: [{ table: { family: 'inet', name: 'filter', handle: 1 } }, ...chains, ...all] })
}

function output(now: readonly (readonly object[])[], boot = now, policy = 'accept'): string {
  return `== nft\n${listing(now, policy)}\n== boot nft /etc/nftables.conf\n${listing(boot, policy)}\n`
}

const LIMIT = [port('tcp', 6443), { limit: { rate: 9, per: 'second', inv: true } }, DROP]

test.each<[name: string, before: readonly (readonly object[])[], kept: boolean]>([
  ['nothing that drops', [SSH], true],
  ['a rule that drops for another port', [[port('tcp', 25), DROP]], true],
  ['a rule that drops for another protocol', [[port('udp', 6443), DROP]], true],
  ['a block list', [SSH, BLOCKED], false],
  ['a reject', [[BLOCKED[0] ?? {}, { reject: null }]], false],
  ['a jump to a block list', [[{ jump: { target: 'bad' } }]], false],
  [
    'a jump to a chain that is not known',
    [[is({ meta: { key: 'iifname' } }, 'eth7'), { jump: { target: 'gone' } }]],
    false,
  ],
  ['a verdict map', [[{ vmap: { key: { ct: { key: 'state' } }, data: { set: [['invalid', DROP]] } } }]], false],
  ['a rate limit', [LIMIT], false],
])('before the rule that keeps it out stands %s', (_name, before, kept) => {
  const rules = [...before, [DROP]]
  const judged = judgeOpening('nftables', output(rules), tcp(6443))
  const closing = String(9 + rules.length)
  const scopes = kept ? ['runtime', 'permanent'] : ['runtime']
  expect(judged.gaps.map(({ scope, before: handle }) => [scope, handle])).toEqual(
    scopes.map((scope) => [scope, closing]),
  )
  expect(judged.permanent.is).toBe(kept ? 'closed' : 'unknown')
})

test('what is closed by a policy is kept at the end, whatever drops before', () => {
  const { gaps } = judgeOpening('nftables', output([BLOCKED], [BLOCKED], 'drop'), tcp(6443))
  expect(gaps.map(({ scope, before }) => [scope, before])).toEqual([
    ['runtime', undefined],
    ['permanent', undefined],
  ])
})

test('what was opened in the running rules alone is no drift, and it is told what keeps it', () => {
  const boot = [SSH, BLOCKED, [DROP]]
  const opened = output([SSH, BLOCKED, OURS, [DROP]], boot)
  expect(judgeOpening('nftables', opened, tcp(6443)).runtime).toEqual({ is: 'open' })
  const compared = firewallResource({ manager: 'nftables', opening: tcp(6443), all: [tcp(6443)] }).compare(opened)
  expect(compared).toMatchObject({ changes: [], actions: [] })
  expect(JSON.stringify(compared).replaceAll('\\"', '"')).toContain(
    `put the line 'tcp dport 6443 accept comment "ha-provision"' into that chain before its rule 3 in /etc/nftables.conf`,
  )
})
