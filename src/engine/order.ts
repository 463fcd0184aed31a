import type { Facts } from '../facts/types.ts'
import type { Inventory } from '../inventory/model.ts'
import { conversationChanges } from '../roles/keepalived/conversation.ts'
import { readLive, type Contents } from './live.ts'
import type { Observation } from './observe.ts'
import { loadsOf, pendingSteps } from './pending.ts'
import type { View } from './look.ts'

/**
 * How the members are changed.
 * `together`: nobody holds a VIP, so there is nothing to protect. `in turn`: one at a time. `conversation`: what members say to each
 * other changes, and rolled naively it would make two holders (field-notes 56).
 */
export interface Order {
  readonly way: 'nothing' | 'together' | 'in turn' | 'conversation'
  /** Members that run, holders last. */
  readonly members: readonly string[]
  /** Members that are new: started after all others list them. */
  readonly joiners: readonly string[]
  readonly holders: readonly string[]
  /** What changes in the conversation. */
  readonly aspects: readonly string[]
  /** The steps in words, and what the operator should know of the VIP. */
  readonly steps: readonly string[]
  readonly notes: readonly string[]
}

/** Decides the order from what was seen. Pure: plan and up ask the same function. */
export function decideOrder(inventory: Inventory, view: View, contents: Contents): Order {
  const pending = [...view.observations.values()].filter((observation) => pendingSteps(observation).length > 0)
  const { running, holders, unlisted } = readLive(inventory, view, contents)
  const names = pending.map(({ host }) => host)
  const joiners = names.filter((name) => unlisted.has(name))
  const members = [
    ...names.filter((name) => !unlisted.has(name) && !holders.includes(name)),
    ...names.filter((name) => holders.includes(name)),
  ]
  const base = { members, joiners, holders }
  if (names.length === 0) return { ...base, way: 'nothing', aspects: [], steps: [], notes: [] }
  if (holders.length === 0) {
    const steps = [`all at the same time: ${names.join(', ')} (nobody holds a VIP)`]
    return { ...base, way: 'together', aspects: [], steps, notes: bareNotes(view.facts) }
  }
  const aspects = new Set(
    pending.filter(({ host }) => running.has(host)).flatMap((observation) => spoken(observation, contents)),
  )
  const notes = [...bareNotes(view.facts), ...moves(inventory, holders, names)]
  if (aspects.size === 0) return { ...base, way: 'in turn', aspects: [], steps: turnSteps(base), notes }
  const list = [...aspects]
  return {
    ...base,
    way: 'conversation',
    aspects: list,
    steps: conversationSteps(base, list),
    notes: [gap(list), ...notes],
  }
}

/** What changes between the configuration a member runs with and the wanted one. */
function spoken(observation: Observation, contents: Contents): readonly string[] {
  if (!loadsOf(pendingSteps(observation)).includes('keepalived')) return []
  return observation.resources.flatMap(({ resource: { file } }) => {
    if (file?.unit !== 'keepalived') return []
    // A run that was killed between a reload and its stamp leaves it open which of the two is spoken.
    const { running, now } = contents.get(observation.host)?.get(file.path) ?? {}
    const maybe = [running, now].filter((content) => content !== undefined)
    return maybe.flatMap((content) => conversationChanges(content.reveal(), file.content.reveal()))
  })
}

function turnSteps({ members, joiners, holders }: Pick<Order, 'members' | 'joiners' | 'holders'>): readonly string[] {
  return [...members, ...joiners].map((name, index) => {
    const why = holders.includes(name)
      ? 'holds the VIP: last of the members'
      : joiners.includes(name)
        ? 'joins: after all others list it'
        : 'does not hold the VIP'
    return `${index + 1}. ${name} (${why}), then the VIP is verified`
  })
}

function conversationSteps(
  { members, joiners, holders }: Pick<Order, 'members' | 'joiners' | 'holders'>,
  aspects: readonly string[],
): readonly string[] {
  const backups = members.filter((name) => !holders.includes(name))
  return [
    `1. write on all: ${members.join(', ')}`,
    `2. stop keepalived on ${backups.join(', ') || 'no other member'}: they would not understand the holder any more (${aspects.join(', ')})`,
    `3. reload keepalived on ${holders.join(', ')}, the holder`,
    `4. start keepalived on ${[...backups, ...joiners].join(', ') || 'no other member'}, then the VIP is verified`,
  ]
}

function gap(aspects: readonly string[]): string {
  if (aspects.includes('virtual_router_id')) {
    return 'the virtual_router_id changes, which makes another instance: the VIP is away for about 4 s when the holder reloads'
  }
  return aspects.includes('VIP list')
    ? 'the VIP list changes: an address that goes is away as soon as the holder reloads, one that comes is there within about 4 s'
    : 'while the holder reloads there is no backup; the VIP stays where it is'
}

/** A priority that changes hands moves the VIP by the taker's preemption, which is without a gap. */
function moves(
  { keepalived, loadBalancers }: Inventory,
  holders: readonly string[],
  changed: readonly string[],
): readonly string[] {
  const [first] = [...loadBalancers].sort((a, b) => b.priority - a.priority)
  const [holder] = holders
  if (first === undefined || holder === undefined || first.name === holder) return ['the VIP stays where it is']
  if (!keepalived.preempt || !changed.includes(first.name)) return ['the VIP stays where it is']
  return [`the VIP moves from ${holder} to ${first.name}, which takes it by its higher priority: no gap is expected`]
}

function bareNotes(facts: ReadonlyMap<string, Facts>): readonly string[] {
  return [...facts.values()].flatMap(({ host, versions }) =>
    Object.entries(versions)
      .filter(([, { installed }]) => !installed)
      .map(
        ([program, { version }]) =>
          `${program} is not installed on ${host}: planned for ${version}, what this platform usually has`,
      ),
  )
}
