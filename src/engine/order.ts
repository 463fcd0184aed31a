import type { Facts, ProgramName } from '../facts/types.ts'
import type { Inventory } from '../inventory/model.ts'
import { conversationChanges } from '../roles/keepalived/conversation.ts'
import type { Contents } from './contents.ts'
import { readLive } from './live.ts'
import type { Observation } from './observe.ts'
import { loadsOf, pendingSteps } from './pending.ts'
import type { View } from './look.ts'

/**
 * How the members are changed.
 * `together`: keepalived runs nowhere, so there is nothing to protect. `in turn`: one at a time. `conversation`: what members say to each
 * other changes, and rolled naively it would make two holders (field-notes 56).
 */
export interface Order {
  readonly way: 'nothing' | 'together' | 'in turn' | 'conversation'
  /** Members that run, holders last. */
  readonly members: readonly string[]
  /** Members that the others do not list yet: started after all others do. */
  readonly joiners: readonly string[]
  /** Those of them whose keepalived runs nevertheless: stopped before anything else. */
  readonly strangers: readonly string[]
  readonly holders: readonly string[]
  /** Every VIP there is or will be, as its canonical address. */
  readonly vips: ReadonlySet<string>
  /** What changes in the conversation. */
  readonly aspects: readonly string[]
  /** The steps in words, and what the operator should know of the VIP. */
  readonly steps: readonly string[]
  readonly notes: readonly string[]
}

/** Decides the order from what was seen. Pure: plan and up ask the same function. */
export function decideOrder(inventory: Inventory, view: View, contents: Contents): Order {
  const pending = [...view.observations.values()].filter((observation) => pendingSteps(observation).length > 0)
  const { running, holders, unlisted, vips } = readLive(inventory, view, contents)
  const names = pending.map(({ host }) => host)
  const joiners = names.filter((name) => unlisted.has(name))
  const inHand = names.filter((name) => !unlisted.has(name))
  const members = [
    ...inHand.filter((name) => !holders.includes(name)),
    ...inHand.filter((name) => holders.includes(name)),
  ]
  const strangers = [...running].filter((name) => unlisted.has(name))
  const base = { members, joiners, strangers, holders, vips, aspects: [] }
  if (names.length === 0) return { ...base, way: 'nothing', steps: [], notes: [] }
  // With a keepalived that runs somewhere it is never `together`: that nobody holds a VIP may be the moment of an election.
  if (running.size === 0) {
    const left = names.filter((name) => holders.includes(name))
    const others = names.filter((name) => !left.includes(name))
    const steps = [
      ...(left.length === 0 ? [] : [`${left.join(', ')}, which has the VIP and nothing that moves it`]),
      ...(others.length === 0 ? [] : [`all at the same time: ${others.join(', ')} (keepalived runs nowhere)`]),
    ]
    return { ...base, way: 'together', steps, notes: hostNotes(inventory, view.facts) }
  }
  const aspects = [...new Set(pending.filter(({ host }) => running.has(host)).flatMap((one) => spoken(one, contents)))]
  const known = hostNotes(inventory, view.facts)
  const moving = moves(inventory, holders, names)
  if (aspects.length === 0) return { ...base, way: 'in turn', steps: turnSteps(base), notes: [...known, ...moving] }
  const steps = conversationSteps(base, aspects)
  return { ...base, way: 'conversation', aspects, steps, notes: [...gap(aspects, moving), ...known] }
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

type Who = Pick<Order, 'members' | 'joiners' | 'strangers' | 'holders'>

function turnSteps({ members, joiners, strangers, holders }: Who): readonly string[] {
  const turns = [...members, ...joiners].map((name) => {
    if (holders.includes(name) && !joiners.includes(name))
      return `${name} (holds the VIP: last of the members), then the VIP is verified`
    if (joiners.includes(name)) return `${name} (joins: after all others list it), then the VIP is verified`
    return `${name} (does not hold the VIP), then the VIP is verified`
  })
  const stop =
    strangers.length === 0 ? [] : [`stop keepalived on ${strangers.join(', ')}, which no other member listens to`]
  return [...stop, ...turns]
}

function conversationSteps(who: Who, aspects: readonly string[]): readonly string[] {
  const { members, joiners, strangers, holders } = who
  const backups = [...members.filter((name) => !holders.includes(name)), ...strangers]
  const all = [...new Set([...backups, ...joiners])]
  const stop = `stop keepalived on ${backups.join(', ')}: they would not understand the holder any more (${aspects.join(', ')})`
  return [
    `everything else, one member at a time: ${members.join(', ')}`,
    `write keepalived's configuration on all of them`,
    ...(backups.length === 0 ? [] : [stop]),
    ...(holders.length === 0 ? [] : [`reload keepalived on ${holders.join(', ')}, the holder`]),
    ...(all.length === 0 ? [] : [`start keepalived on ${all.join(', ')}, then the VIP is verified`]),
  ]
}

/** What a change of the conversation costs. */
function gap(aspects: readonly string[], stays: readonly string[]): readonly string[] {
  if (aspects.includes('VIP list')) {
    return [
      'the VIP list changes: an address that goes is away as soon as the holder reloads, one that comes is there within about 4 s',
    ]
  }
  if (aspects.includes('virtual_router_id')) {
    return [
      'the virtual_router_id changes, which makes another instance: the VIP is away for about 4 s when the holder reloads',
    ]
  }
  return ['while the holder reloads there is no backup', ...stays]
}

/** A priority that changes hands moves the VIP by the taker's preemption, which is without a gap. */
function moves(
  { keepalived, loadBalancers }: Inventory,
  holders: readonly string[],
  changed: readonly string[],
): readonly string[] {
  const [first] = loadBalancers.toSorted((a, b) => b.priority - a.priority)
  const [holder] = holders
  const stays = ['the VIP stays where it is']
  if (first === undefined || holder === undefined || first.name === holder || !keepalived.preempt) return stays
  if (!changed.includes(first.name) && !changed.includes(holder)) return stays
  return [`the VIP moves from ${holder} to ${first.name}, which takes it by its higher priority: no gap is expected`]
}

/** What is configured, by what moves the VIP. */
const PROGRAMS: Readonly<Record<Inventory['ha'], readonly ProgramName[]>> = {
  keepalived: ['haproxy', 'keepalived'],
  pacemaker: ['haproxy', 'corosync', 'pacemaker'],
}

/** What an operator should know of a host: what it was taken for, and that versions are assumed where nothing is installed. */
export function hostNotes({ ha }: Inventory, facts: ReadonlyMap<string, Facts>): readonly string[] {
  return [...facts.values()].flatMap(({ host, notes, versions }) => [
    ...notes.map((note) => `${host}: ${note}`),
    ...PROGRAMS[ha]
      .filter((program) => !versions[program].installed)
      .map(
        (program) =>
          `${program} is not installed on ${host}: planned for ${versions[program].version}, what this platform usually has`,
      ),
  ])
}
