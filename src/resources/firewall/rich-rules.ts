import type { Packet } from '../../platform/firewall/types.ts'
import { isPort } from './firewalld-zones.ts'
import { contains } from './networks.ts'

const NUMBERS = { tcp: '6', udp: '17', vrrp: '112' } as const

/** Whether a rich rule is about such packets; one without port, protocol and service is about all of a sender's. */
export function concerns(rule: string, { family, protocol, port }: Packet, services: ReadonlySet<string>): boolean {
  const of = /family="?(ipv[46])/.exec(rule)?.[1]
  if (of !== undefined && of !== `ipv${family}`) return false
  const range = / port port="?([0-9-]+)"? protocol="?(\w+)/.exec(rule)
  if (range !== null) return protocol === range[2] && isPort(range[1] ?? '', port)
  const proto = / protocol value="?(\w+)/.exec(rule)?.[1]
  if (proto !== undefined) return proto === protocol || proto === NUMBERS[protocol]
  const service = / service name="?([\w-]+)/.exec(rule)?.[1]
  if (service !== undefined) return services.has(service)
  return !/ (icmp-block|icmp-type|masquerade|forward-port|source-port)/.test(rule)
}

/** What a rich rule does to a packet. A sender that is nobody in particular is not the one that a rule names. */
export function effect(
  rule: string,
  { source }: Packet,
): { readonly rule: string; readonly does: 'accepts' | 'accepts some' | 'refuses' | 'nothing' } {
  const verb = /\b(accept|reject|drop)\b/.exec(rule)?.[1]
  const from = /source (NOT )?(?:address="?([^"\s]+)|(ipset|mac)=)/.exec(rule)
  if (verb === undefined) return { rule, does: 'nothing' }
  if (from === null) return { rule, does: verb === 'accept' ? 'accepts' : 'refuses' }
  const inside = source === undefined ? undefined : contains(from[2] ?? '', source)
  if (inside === undefined) return { rule, does: verb === 'accept' ? 'accepts some' : 'nothing' }
  if (inside === (from[1] !== undefined)) return { rule, does: 'nothing' }
  return { rule, does: verb === 'accept' ? 'accepts' : 'refuses' }
}
