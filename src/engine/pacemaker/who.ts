import { isIP } from 'node:net'
import type { LoadBalancer } from '../../inventory/model.ts'
import { canonicalAddress } from '../../lib/address.ts'
import type { ListedMember } from '../../roles/corosync/parse.ts'

/**
 * Who of the inventory a listed member is: the one of its name, else, where the inventory does not know that name, the one that has an
 * address of it. One made by hand may have the name for its address. Nobody where that one is listed itself, by another number: it has
 * got the address of one that left. Pure.
 */
export function whoIs(
  member: ListedMember,
  listed: readonly ListedMember[],
  loadBalancers: readonly LoadBalancer[],
): LoadBalancer | undefined {
  const named = loadBalancers.find(({ name }) => name === member.name)
  if (named !== undefined) return named
  const known = new Set([...member.addresses.values()].map(notation))
  const there = loadBalancers.find(({ name, address, links }) =>
    [name, ...[address, ...links].map(notation)].some((one) => known.has(one)),
  )
  return listed.some(({ name, nodeId }) => name === there?.name && nodeId !== member.nodeId) ? undefined : there
}

/** What a member is called by the others. */
export function calledBy({ name, addresses }: ListedMember): string {
  return name ?? addresses.get(0) ?? ''
}

function notation(address: string): string {
  return isIP(address) === 0 ? address : canonicalAddress(address)
}
