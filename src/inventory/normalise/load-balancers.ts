import { parseIp } from '../addresses.ts'
import type { LoadBalancer } from '../model.ts'
import type { RawInventory } from '../schema/inventory.ts'
import { normaliseOwn } from './connection.ts'
import { type Context, list } from './context.ts'
import { withoutBrackets } from './endpoint.ts'

/**
 * Priorities fall by one in the order of the file, from the highest there is: the higher the priority, the shorter
 * the skew before a backup takes over (RFC 5798), so 254 and 253 are a hand-over of hundredths of a second.
 */
const HIGHEST_PRIORITY = 254

export function normaliseLoadBalancers(raw: RawInventory, context: Context): readonly LoadBalancer[] {
  return Object.entries(raw.load_balancers).map(([name, written], index) => {
    const lb = typeof written === 'string' ? { address: written } : written
    return {
      name,
      host: withoutBrackets(lb.host ?? name),
      port: lb.port ?? raw.connection?.port,
      user: lb.user ?? raw.connection?.user,
      own: normaliseOwn(lb, ['load_balancers', name], raw.connection?.user, context),
      address: oneNotation(withoutBrackets(lb.address)),
      priority: lb.priority ?? HIGHEST_PRIORITY - index,
      state: lb.state ?? 'BACKUP',
      nodeId: lb.node_id,
      links: list(lb.links).map((address) => oneNotation(withoutBrackets(address))),
    }
  })
}

/** Members are told apart by their addresses: each has one notation. What is none, or has a prefix, is for the rules to judge. */
function oneNotation(address: string): string {
  const ip = parseIp(address)
  return ip === undefined || ip.prefix !== undefined ? address : ip.text
}
