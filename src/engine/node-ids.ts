import { isIP } from 'node:net'
import type { Facts } from '../facts/types.ts'
import type { Inventory, LoadBalancer } from '../inventory/model.ts'
import { canonicalAddress } from '../lib/address.ts'
import { belongingOf, countListed } from '../roles/corosync/ours.ts'
import { type ListedMember, listedMembers } from '../roles/corosync/parse.ts'

/**
 * The members' numbers in corosync, by name. Given ones first; else what the members' own corosync.conf say of the one with that
 * address or name, so that a number stays when the inventory is edited; else the lowest that is free, in the order of the inventory. Nobody
 * gets the number of one who is still listed: pacemaker would take it for that one. Pure.
 */
export function settleNodeIds(inventory: Inventory, facts: ReadonlyMap<string, Facts>): ReadonlyMap<string, number> {
  const listed = listedBy(inventory, [...facts.values()])
  const settled = new Map(
    inventory.loadBalancers.flatMap(({ name, nodeId }) => (nodeId === undefined ? [] : [[name, nodeId] as const])),
  )
  const taken = new Set(settled.values())
  for (const host of inventory.loadBalancers) {
    const known = settled.has(host.name) ? undefined : remembered(host, listed, taken)
    if (known === undefined) continue
    settled.set(host.name, known)
    taken.add(known)
  }
  for (const { nodeId } of listed) if (nodeId !== undefined) taken.add(nodeId)
  for (const { name } of inventory.loadBalancers) {
    if (settled.has(name)) continue
    const free = lowestFree(taken)
    settled.set(name, free)
    taken.add(free)
  }
  return settled
}

/** Who is listed by the members of this cluster; the word of a list with more of the inventory's members comes first. */
function listedBy(inventory: Inventory, facts: readonly Facts[]): readonly ListedMember[] {
  return facts
    .flatMap(({ configs }) => configs.corosync?.reveal() ?? [])
    .filter((conf) => belongingOf(conf, inventory) === 'ours')
    .toSorted((a, b) => countListed(b, inventory) - countListed(a, inventory))
    .flatMap(listedMembers)
}

function remembered(
  { name, address, links }: LoadBalancer,
  listed: readonly ListedMember[],
  taken: ReadonlySet<number>,
): number | undefined {
  const free = listed.filter(({ nodeId }) => nodeId !== undefined && !taken.has(nodeId))
  const own = [address, ...links].map(canonicalAddress)
  const byAddress = free.find(({ addresses }) =>
    [...addresses.values()].some((one) => isIP(one) !== 0 && own.includes(canonicalAddress(one))),
  )
  const byName = free.find((one) => one.name === name || [...one.addresses.values()].includes(name))
  return (byAddress ?? byName)?.nodeId
}

function lowestFree(taken: ReadonlySet<number>): number {
  let candidate = 1
  while (taken.has(candidate)) candidate += 1
  return candidate
}
