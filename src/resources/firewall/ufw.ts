import type { Gap, Opening } from '../../platform/firewall/types.ts'
import { parseIptables } from './iptables.ts'
import { judgeRules } from './passage.ts'
import { partsOf } from './parts.ts'
import type { Ruleset } from './ruleset.ts'
import { distinct, worst, type ObservedOpening, type Verdict } from './verdict.ts'

/**
 * Judges an opening by ufw's rules in the kernel, and after a restart by the same rules with the operator's chains as the files have them.
 * A rule of the operator's that refuses comes before any that could be added: it is left, and told.
 */
export function judgeUfw(output: string, opening: Opening): ObservedOpening {
  const parts = partsOf(output)
  const judged = ([4, 6] as const).flatMap((family) => {
    const packets = opening.packets.filter((packet) => packet.family === family)
    const text = parts.find(({ name }) => name === `iptables ${family}`)?.text ?? ''
    if (packets.length === 0 || text === '') return []
    const runtime = parseIptables(text, family)
    const files = parts
      .filter(({ name }) => name === `file ${family}`)
      .flatMap((part) => [...parseIptables(part.text, family)])
      .filter(([id]) => OPERATORS.test(id))
    const permanent = new Map([...runtime, ...files])
    return [judge(runtime, { ...opening, packets }, 'runtime'), judge(permanent, { ...opening, packets }, 'permanent')]
  })
  const of = (scope: Gap['scope']): Verdict =>
    worst(judged.filter((one) => one.scope === scope).map(({ verdict }) => verdict))
  const runtime = of('runtime')
  return { runtime, permanent: of('permanent'), gaps: distinct(judged.flatMap(({ gaps }) => gaps)) }
}

/** The chains that `ufw allow` and `ufw deny` write to. */
const OPERATORS = /^ufw6?-user-(input|output)$/

function judge(
  ruleset: Ruleset,
  opening: Opening,
  scope: Gap['scope'],
): { readonly scope: Gap['scope']; readonly verdict: Verdict; readonly gaps: readonly Gap[] } {
  const { verdict, closed } = judgeRules(ruleset, opening)
  const refusal = refusalOf(ruleset, opening)
  if (verdict.is === 'closed' && refusal !== undefined)
    return { scope, verdict: { is: 'unknown', why: `ufw refuses it by '${refusal}'` }, gaps: [] }
  const gaps = closed.map(({ packet }) => ({
    scope,
    family: undefined,
    chain: packet.direction,
    before: undefined,
    file: undefined,
  }))
  return { scope, verdict, gaps: verdict.is === 'closed' ? gaps : [] }
}

/** A rule of the operator's own that drops it: judged with the rest of the way open. */
function refusalOf(ruleset: Ruleset, opening: Opening): string | undefined {
  const own = [...ruleset.values()].filter(({ id }) => OPERATORS.test(id))
  for (const chain of own) {
    const direction = chain.id.endsWith('input') ? 'in' : 'out'
    const alone = new Map([
      ...ruleset,
      [chain.id, { ...chain, hook: direction === 'in' ? 'input' : 'output', policy: 'accept' }] as const,
    ])
    const only = new Map([...alone].filter(([id]) => id === chain.id || !/^(INPUT|OUTPUT)$/.test(id)))
    const { closed } = judgeRules(only, {
      ...opening,
      packets: opening.packets.filter((packet) => packet.direction === direction),
    })
    const [first] = closed
    if (first?.by !== undefined) return first.by.text
  }
  return undefined
}
