import type { Opening, Packet } from '../../platform/firewall/types.ts'
import { follow, type Passage } from './evaluate.ts'
import type { Chain, Condition, Rule, Ruleset } from './ruleset.ts'
import type { Verdict } from './verdict.ts'

/** A base chain that keeps a packet out, and can be opened. */
export interface Closed {
  readonly chain: Chain
  readonly packet: Packet
  /** The rule that drops it; undefined: the chain's policy. */
  readonly by: Rule | undefined
}

export interface Judged {
  readonly verdict: Verdict
  readonly closed: readonly Closed[]
  /** Some rule that lets these packets in was put there by an earlier run. */
  readonly ours: boolean
}

const HOOKS: Readonly<Record<Packet['direction'], readonly Chain['hook'][]>> = {
  in: ['ingress', 'prerouting', 'input'],
  out: ['output', 'postrouting'],
}

/** Judges an opening by rules: every base chain on the way of every packet has to let it pass. */
export function judgeRules(ruleset: Ruleset, opening: Opening): Judged {
  const ways = opening.packets.flatMap((packet) => basesOf(ruleset, packet).map((chain) => ({ packet, chain })))
  const passed = ways.map((way) => ({ ...way, passage: follow(ruleset, way.chain, way.packet) }))
  const closed = passed.flatMap(({ packet, chain, passage }) =>
    passage.is === 'dropped' && isOpenable(chain) ? [{ packet, chain, by: passage.by }] : [],
  )
  const bases = [...new Set(ways.map(({ chain }) => chain))]
  return {
    verdict: verdictOf(passed),
    closed,
    ours: bases.some((chain) => chain.rules.some((rule) => rule.ours && isAbout(rule, opening))),
  }
}

function basesOf(ruleset: Ruleset, { direction, family }: Packet): readonly Chain[] {
  return [...ruleset.values()].filter(
    (chain) => HOOKS[direction].includes(chain.hook) && (chain.family ?? family) === family,
  )
}

/** Earlier than input and later than output, and in a bridge, is where somebody thought of something else than services. */
function isOpenable({ hook, id }: Chain): boolean {
  return (hook === 'input' || hook === 'output') && !/^(raw|mangle|security|bridge) /.test(id)
}

function verdictOf(passed: readonly { readonly chain: Chain; readonly passage: Passage }[]): Verdict {
  const doubts = passed.flatMap(({ chain, passage }): readonly string[] => {
    if (passage.is === 'unknown') return [passage.why]
    if (passage.is === 'dropped' && !isOpenable(chain)) return [`'${passage.by?.text ?? chain.id}' drops it`]
    return []
  })
  // What is not known is not mended by opening something else: nothing is changed then.
  if (doubts.length > 0) return { is: 'unknown', why: [...new Set(doubts)].join('; ') }
  const dropped = passed.find(({ passage }) => passage.is === 'dropped')
  if (dropped === undefined) return { is: 'open' }
  const by = dropped.passage.is === 'dropped' ? dropped.passage.by?.text : undefined
  return { is: 'closed', by: by ?? `the policy of ${dropped.chain.id}` }
}

function isAbout({ conditions }: Rule, { protocol, port }: Opening): boolean {
  const has = (wanted: Condition['field'], names: readonly string[]): boolean =>
    conditions.some(({ field, values }) => field === wanted && values?.some((value) => names.includes(value)) === true)
  if (protocol === 'vrrp') return has('protocol', ['vrrp', '112'])
  return has('protocol', [protocol]) && has('port', [String(port)])
}
