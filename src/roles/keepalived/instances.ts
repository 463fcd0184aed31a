import { isIPv6 } from 'node:net'
import type { Inventory, LoadBalancer, Vip } from '../../inventory/model.ts'

/** A VRRP instance to be: one VIP, and those of the other family that ride with it. */
export interface Instance {
  readonly vip: Vip
  /** Added and removed with the instance, but not announced in its adverts. */
  readonly riders: readonly Vip[]
  /** Whom it speaks to; undefined: to the multicast group. */
  readonly peers: readonly LoadBalancer[] | undefined
  /** The VRRP version it speaks: IPv6 has only 3. */
  readonly version: 2 | 3
}

/**
 * The instances of one load balancer. keepalived drops a VIP that is not of its instance's family, and in unicast the
 * family is that of the members' addresses. A VIP of the other family therefore rides with another VIP as an excluded
 * address: the two move together, which is what a name with an A and an AAAA record wants, and no second protocol run
 * can disagree with the first.
 */
export function instancesOf(inventory: Inventory, lb: LoadBalancer): Instance[] {
  const peers = unicastPeers(inventory, lb)
  const carriers = new Map<Vip, Vip>()
  for (const vip of inventory.vips) {
    const carrier = peers === undefined ? undefined : carrierOf(vip, inventory.vips, lb)
    if (carrier !== undefined) carriers.set(vip, carrier)
  }
  return inventory.vips
    .filter((vip) => !carriers.has(vip))
    .map((vip) => ({
      vip,
      riders: inventory.vips.filter((other) => carriers.get(other) === vip),
      // Nothing of the members' family carries it: multicast needs no address of theirs, only the interface's own.
      peers: vip.family === familyOf(lb) ? peers : undefined,
      version: vip.family === 6 ? 3 : inventory.keepalived.vrrpVersion,
    }))
}

/**
 * The other members in the order of their names, which editing the inventory does not change. Alone there is nobody to
 * list, and an empty list would mean multicast without a word, or FAULT: so it is multicast, openly (field-notes 34).
 */
function unicastPeers(inventory: Inventory, lb: LoadBalancer): readonly LoadBalancer[] | undefined {
  const others = inventory.loadBalancers.filter((other) => other.name !== lb.name)
  if (inventory.keepalived.mode === 'multicast' || others.length === 0) return undefined
  return others.toSorted((a, b) => (a.name < b.name ? -1 : 1))
}

/** The VIP it rides with, on the same interface if there is one there; undefined when it has an instance of its own. */
function carrierOf(vip: Vip, vips: readonly Vip[], lb: LoadBalancer): Vip | undefined {
  if (vip.family === familyOf(lb)) return undefined
  const candidates = vips.filter((other) => other.family === familyOf(lb))
  return candidates.find((other) => other.interface === vip.interface) ?? candidates[0]
}

function familyOf(lb: LoadBalancer): 4 | 6 {
  return isIPv6(lb.address) ? 6 : 4
}
