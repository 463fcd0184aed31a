import type { Endpoint } from '../types.ts'
import { wayOf } from '../way.ts'
import type { Reached, Way } from './ways.ts'

/**
 * Makes transports fit each other: an endpoint of the ssh program is reached through its jump host's control master, so
 * all before it are of the ssh program too; and a jump host that several hosts share has one connection, so one transport.
 */
export function agreeOnTransports(ways: readonly Way[]): Way[] {
  const reasons = reasonsOf(ways)
  const agreed = (jump: Reached, index: number, jumps: readonly Reached[]): Reached => {
    const way = wayOf(jumps.slice(0, index + 1).map(({ endpoint }) => endpoint))
    if (jump.endpoint.transport === 'openssh' || !reasons.has(way)) return jump
    return { ...jump, endpoint: { ...jump.endpoint, transport: 'openssh', transportReason: reasons.get(way) } }
  }
  return ways.map((way) => ({ ...way, jumps: way.jumps.map(agreed) }))
}

/** The jump hosts that have to be of the ssh program, by the way to them, and why. */
function reasonsOf(ways: readonly Way[]): ReadonlyMap<string, string> {
  const reasons = new Map<string, string>()
  for (const { host, jumps } of ways) {
    const all = [...jumps, host].map(({ endpoint }) => endpoint)
    const last = all.findLastIndex(isOpenssh)
    for (const [index, jump] of jumps.slice(0, last + 1).entries()) {
      const way = wayOf(jumps.slice(0, index + 1).map(({ endpoint }) => endpoint))
      const behind = `${all[last]?.name ?? ''} behind it is reached so`
      const reason = isOpenssh(jump.endpoint) ? (jump.endpoint.transportReason ?? 'others go through it so') : behind
      if (!reasons.has(way)) reasons.set(way, reason)
    }
  }
  return reasons
}

function isOpenssh({ transport }: Endpoint): boolean {
  return transport === 'openssh'
}
