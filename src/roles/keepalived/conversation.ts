import { type Spoken, spokenBy } from './spoken.ts'

/** What members must agree on to be one cluster, by its name. */
const ASPECTS: readonly (readonly [name: string, of: (instance: Spoken) => string])[] = [
  ['virtual_router_id', (one) => one.virtualRouterId],
  ['VRRP version', (one) => one.version],
  ['advert_int', (one) => one.advertInterval],
  ['VRRP authentication', (one) => one.authentication],
  ['VIP list', (one) => one.vips.join(' ')],
  ['unicast/multicast', (one) => one.transport],
]

/**
 * The lines of a keepalived.conf that its members must agree on, normalised. Only to be compared, and only within one
 * process: a password is in it as a token that another process would make otherwise.
 */
export function conversation(config: string): readonly string[] {
  return spokenBy(config).flatMap((one) => ASPECTS.map(([name, of]) => `${one.name}: ${name} ${of(one)}`))
}

/** Every unicast peer that a keepalived.conf lists, once, sorted. */
export function peers(config: string): readonly string[] {
  return [...new Set(spokenBy(config).flatMap((one) => one.peers))].toSorted()
}

/** Every VIP that a keepalived.conf announces. */
export function announcedVips(config: string): readonly string[] {
  return spokenBy(config).flatMap((one) => one.vips)
}

/**
 * What a change of the file changes in what the members say to each other: names of aspects, none when it can be rolled
 * one member at a time. keepalived drops an advert that does not match its own file, so a naive roll of any of these makes a
 * second holder (field-notes 56). An instance that comes or goes does not: the members that have it agree.
 */
export function conversationChanges(before: string, after: string): readonly string[] {
  const old = spokenBy(before)
  const pairs = spokenBy(after).flatMap((one) => {
    const same = counterpart(one, old)
    return same === undefined ? [] : [{ before: same, after: one }]
  })
  const changed = ASPECTS.filter(([, of]) => pairs.some((pair) => of(pair.before) !== of(pair.after)))
  return [...changed.map(([name]) => name), ...(pairs.some(peersReplaced) ? ['unicast peers'] : [])]
}

/** The same instance in the other file: by its name, else it was renamed and still has its id or one of its VIPs. */
function counterpart(one: Spoken, others: readonly Spoken[]): Spoken | undefined {
  return (
    others.find((other) => other.name === one.name) ??
    others.find((other) => other.virtualRouterId === one.virtualRouterId && other.family === one.family) ??
    others.find((other) => other.vips.some((vip) => one.vips.includes(vip)))
  )
}

/** Peers that only come, or only go, leave the others talking with each other; a peer put in another's place does not. */
function peersReplaced(pair: { readonly before: Spoken; readonly after: Spoken }): boolean {
  const [old, now] = [new Set(pair.before.peers), new Set(pair.after.peers)]
  if (old.size === 0 || now.size === 0) return false
  return [...old].some((peer) => !now.has(peer)) && [...now].some((peer) => !old.has(peer))
}
