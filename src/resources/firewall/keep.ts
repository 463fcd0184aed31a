import { nftRule } from '../../platform/firewall/nft-rule.ts'
import type { Opening, Packet } from '../../platform/firewall/types.ts'
import { matchAll } from './match.ts'
import type { Closed } from './passage.ts'
import type { Chain, Rule, Ruleset } from './ruleset.ts'

/**
 * Whether a rule that nft loads after the operator's file may open this chain. At boot the handles are not known, so such a rule can only be
 * the last of its chain or the first: as the first it would go before every block list and rate limit of the operator's.
 */
export function keepable(ruleset: Ruleset, { chain, packet, by }: Closed): boolean {
  if (by === undefined) return true
  const before = chain.rules.slice(0, placeOf(chain, by))
  return !before.some((rule) => isAbout(rule, packet) && mayDrop(ruleset, rule, chain, DEPTH))
}

/** Why a chain is not opened for after a restart, and what the operator can do. */
export function unkept({ chain, by }: Closed, opening: Opening, file: string | undefined): string {
  const place = by === undefined ? '' : ` before its rule ${String(numberOf(chain, by))}`
  return (
    `other rules that drop stand in ${chain.id} before the one that keeps it out, so it is opened in the running rules only; ` +
    `to keep it, put the line '${nftRule(opening)}' into that chain${place} in ${file ?? 'the file that is loaded'}`
  )
}

const DEPTH = 16

function placeOf({ rules }: Chain, by: Rule): number {
  return rules.findIndex(({ at }) => at === by.at)
}

/** As a person counts them: a rule with a verdict map is one. */
function numberOf(chain: Chain, by: Rule): number {
  return new Set(chain.rules.slice(0, placeOf(chain, by)).map(({ at }) => at)).size + 1
}

/** By protocol and port alone: a rule for the opening lets in all senders, interfaces and states of these. */
function isAbout({ conditions }: Rule, packet: Packet): boolean {
  const asked = conditions.filter(({ field }) => field === 'protocol' || field === 'port')
  return matchAll(asked, packet) !== 'no'
}

function mayDrop(ruleset: Ruleset, { target }: Rule, { policy }: Chain, depth: number): boolean {
  switch (target.do) {
    case 'accept':
    case 'continue':
      return false
    case 'drop':
    case 'unknown':
      return true
    case 'return':
      return policy === 'drop'
    case 'jump':
    case 'goto': {
      const next = ruleset.get(target.chain)
      if (next === undefined || depth === 0) return true
      if (target.do === 'goto' && policy === 'drop') return true
      return next.rules.some((rule) => mayDrop(ruleset, rule, next, depth - 1))
    }
  }
}
