import { BlockList } from 'node:net'
import type { Facts } from '../../facts/types.ts'
import type { Inventory, Vip } from '../../inventory/model.ts'

/**
 * The prefix length of a VIP: as given, else that of the network its interface is in. Undefined leaves it to keepalived,
 * which then takes the address alone (/32, /128).
 */
export function prefixOf(vip: Vip, inventory: Inventory, facts: Facts): number | undefined {
  if (vip.prefix !== undefined) return vip.prefix
  // The holder's interface has the VIPs as well: they must not answer for themselves.
  const vips = new Set(inventory.vips.map((one) => one.address))
  const own = facts.interfaces
    .filter((one) => one.name === vip.interface)
    .flatMap((one) => one.addresses)
    .filter((one) => one.family === vip.family && !vips.has(one.address))
  return own.find((one) => contains(one.address, one.prefix, vip))?.prefix
}

function contains(network: string, prefix: number, vip: Vip): boolean {
  const family = vip.family === 6 ? 'ipv6' : 'ipv4'
  const list = new BlockList()
  list.addSubnet(network, prefix, family)
  return list.check(vip.address, family)
}
