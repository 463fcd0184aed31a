import type { Packet } from '../../platform/firewall/types.ts'
import { matchAll } from './match.ts'
import type { Chain, Rule, Ruleset } from './ruleset.ts'

type Fate = 'accept' | 'drop' | 'through'

/** What can become of a packet in a chain, and which rule is to thank for it. */
interface Course {
  readonly fates: ReadonlySet<Fate>
  /**
   * The rule of this chain at which it ends for certain. One before it that may drop it (a rate limit, a block list) is not meant: it has
   * its say about what is let through, too.
   */
  readonly ends: Rule | undefined
  /** The first rule, of this chain or one below, of which it is not known whether it fits. */
  readonly doubtful: Rule | undefined
}

/** A packet's way through a base chain. */
export type Passage =
  | { readonly is: 'accepted' }
  /** Undefined: it is the policy of the chain. */
  | { readonly is: 'dropped'; readonly by: Rule | undefined }
  | { readonly is: 'unknown'; readonly why: string }

const DEPTH = 16

/** Follows a packet through a base chain. Pure. What is not understood is never taken for a pass, nor for a drop. */
export function follow(ruleset: Ruleset, base: Chain, packet: Packet): Passage {
  const { fates, ends: by, doubtful } = walk(ruleset, base, packet, DEPTH)
  const ends = new Set([...fates].map((fate) => (fate === 'through' ? base.policy : fate)))
  if (ends.size > 1) return { is: 'unknown', why: `it depends on '${doubtful?.text ?? base.id}'` }
  return ends.has('drop') ? { is: 'dropped', by } : { is: 'accepted' }
}

function walk(ruleset: Ruleset, chain: Chain, packet: Packet, depth: number): Course {
  const fates = new Set<Fate>()
  let doubtful: Rule | undefined
  for (const rule of chain.rules) {
    const match = matchAll(rule.conditions, packet)
    if (match === 'no') continue
    const below = effect(ruleset, rule, packet, depth)
    // A rule against named senders says nothing of everybody else.
    if (match === 'some' && !below.fates.has('accept')) continue
    for (const fate of below.fates) if (fate !== 'through') fates.add(fate)
    const isCertain = match === 'yes'
    if (!isCertain && below.fates.size > (below.fates.has('through') ? 1 : 0)) doubtful ??= rule
    doubtful ??= below.doubtful
    const goesOn = below.fates.has('through') && !below.leaves
    if (isCertain && below.leaves && below.fates.has('through'))
      return { fates: fates.add('through'), ends: rule, doubtful }
    if (isCertain && !goesOn) return { fates, ends: rule, doubtful }
    if (below.leaves && below.fates.has('through')) {
      fates.add('through')
      doubtful ??= rule
    }
  }
  return { fates: fates.add('through'), ends: undefined, doubtful }
}

/** `leaves`: what gets through it does not go on to the next rule, but out of the chain. */
function effect(
  ruleset: Ruleset,
  rule: Rule,
  packet: Packet,
  depth: number,
): Pick<Course, 'fates' | 'doubtful'> & { readonly leaves: boolean } {
  const { target } = rule
  const only = (...fates: readonly Fate[]) => ({ fates: new Set(fates), doubtful: undefined, leaves: false })
  switch (target.do) {
    case 'accept':
    case 'drop':
      return only(target.do)
    case 'continue':
      return only('through')
    case 'return':
      return { ...only('through'), leaves: true }
    case 'unknown':
      return { ...only('accept', 'drop', 'through'), doubtful: rule }
    case 'jump':
    case 'goto': {
      const next = ruleset.get(target.chain)
      if (next === undefined || depth === 0) return { ...only('accept', 'drop', 'through'), doubtful: rule }
      const { fates, doubtful } = walk(ruleset, next, packet, depth - 1)
      return { fates, doubtful, leaves: target.do === 'goto' }
    }
  }
}
