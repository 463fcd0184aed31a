import type { Bind, Inventory, LoadBalancer } from '../../inventory/model.ts'
import type { Facts } from '../../facts/types.ts'
import { HaError } from '../../lib/errors.ts'
import { endpoint } from './words.ts'

/** What a bind needs to know to become an address. */
export interface BindContext {
  readonly inventory: Inventory
  readonly lb: LoadBalancer
  readonly facts: Facts
}

/** A `bind` line. */
export function renderBind(bind: Bind, context: BindContext): string {
  const options = bind.options.trim()
  return `bind ${bindAddress(bind, context)}${options === '' ? '' : ` ${options}`}`
}

function bindAddress(bind: Bind, { inventory, lb, facts }: BindContext): string {
  const { at, port } = bind
  const { version } = facts.versions.haproxy
  switch (at.kind) {
    case 'any':
      return hasIPv6(facts) ? `:::${port} v4v6` : `*:${port}`
    case 'any4':
      return `*:${port}`
    case 'address':
      return endpoint(lb.address, port, version)
    case 'vip':
      return endpoint(vipAddress(inventory, at.value), port, version)
    case 'ip':
      return endpoint(at.value, port, version)
  }
}

/**
 * A kernel without IPv6 refuses the socket, and haproxy would not start although `haproxy -c` was content.
 * A host we know no interfaces of (nothing gathered) is taken to have it.
 */
function hasIPv6(facts: Facts): boolean {
  const addresses = facts.interfaces.flatMap((one) => one.addresses)
  return addresses.length === 0 || addresses.some((one) => one.family === 6)
}

function vipAddress(inventory: Inventory, name: string): string {
  const vip = inventory.vips.find((one) => one.name === name)
  if (vip === undefined) throw new HaError(`no VIP is named ${name}`, { mend: 'name one of the inventory’s vips' })
  return vip.address
}
