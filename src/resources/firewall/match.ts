import type { Packet } from '../../platform/firewall/types.ts'
import { contains } from './networks.ts'
import type { Condition } from './ruleset.ts'

/** Whether a packet fits. `some`: it depends on who the sender is, and this one is nobody in particular. */
export type Match = 'yes' | 'no' | 'some' | 'maybe'

/** A rule fits where all its conditions do. */
export function matchAll(conditions: readonly Condition[], packet: Packet): Match {
  const matches = conditions.map((condition) => match(condition, packet))
  return (['no', 'maybe', 'some'] as const).find((one) => matches.includes(one)) ?? 'yes'
}

function match({ field, negated, values }: Condition, packet: Packet): Match {
  const inner =
    values === undefined ? unknownOf(field, packet) : anyOf(values.map((value) => one(field, value, packet)))
  if (!negated || inner === 'some' || inner === 'maybe') return inner
  return inner === 'yes' ? 'no' : 'yes'
}

function anyOf(matches: readonly Match[]): Match {
  return (['yes', 'maybe', 'some'] as const).find((wanted) => matches.includes(wanted)) ?? 'no'
}

/** A list whose members are not known: of senders, a client is probably not on it, or is; of the rest, it may fit or not. */
function unknownOf(field: Condition['field'], packet: Packet): Match {
  return field === 'source' && isAnybody(packet) ? 'some' : 'maybe'
}

function isAnybody({ protocol, direction, source }: Packet): boolean {
  return protocol === 'tcp' && direction === 'in' && source === undefined
}

const sure = (fits: boolean): Match => (fits ? 'yes' : 'no')
/** The addresses of the host itself: no packet comes from outside with them. */
const LOOPBACK = /^(127\.|::1(\/128)?$)/
const EVERYBODY = /^(0\.0\.0\.0|::)\/0$/

function one(field: Condition['field'], value: string, packet: Packet): Match {
  switch (field) {
    case 'family':
      return sure(value === String(packet.family))
    case 'protocol':
      return protocol(value, packet)
    case 'in':
      return packet.direction === 'in' ? interfaceFits(value, packet.interface) : 'maybe'
    case 'out':
      return packet.direction === 'out' ? interfaceFits(value, packet.interface) : 'maybe'
    case 'source':
      if (packet.source !== undefined) return address(value, packet.source)
      if (EVERYBODY.test(value)) return 'yes'
      if (LOOPBACK.test(value)) return 'no'
      return unknownOf('source', packet)
    case 'destination':
      return packet.destination === undefined ? 'maybe' : address(value, packet.destination)
    case 'port':
      return port(value, packet.port)
    case 'state':
      return sure(value.toLowerCase() === 'new')
    case 'type':
      return packet.destination === undefined ? 'maybe' : type(value.toLowerCase(), packet.destination)
    case 'syn':
      return sure(packet.protocol === 'tcp')
    case 'header':
      return 'no'
    case 'other':
      return 'maybe'
  }
}

const NUMBERS: Readonly<Record<string, Packet['protocol'] | 'other'>> = { '6': 'tcp', '17': 'udp', '112': 'vrrp' }
/** Protocols by the names that nft and iptables give them; another word may be a name of one that matters. */
const OTHERS = /^(\d+|udplite|icmp|icmpv6|ipv6-icmp|igmp|esp|ah|sctp|dccp|gre|comp|ipip|ospf|pim|ipencap|ipv6)$/

function protocol(value: string, packet: Packet): Match {
  const name = NUMBERS[value] ?? value
  if (name === 'all') return 'yes'
  if (name === packet.protocol) return 'yes'
  return ['tcp', 'udp', 'vrrp'].includes(name) || OTHERS.test(name) ? 'no' : 'maybe'
}

/** nft ends a pattern in `*`, iptables in `+`. */
function interfaceFits(pattern: string, name: string): Match {
  return sure(/[*+]$/.test(pattern) ? name.startsWith(pattern.slice(0, -1)) : name === pattern)
}

function address(network: string, own: string): Match {
  const inside = contains(network, own)
  return inside === undefined ? 'maybe' : sure(inside)
}

function port(value: string, own: number | undefined): Match {
  const [from = Number.NaN, to = from] = value.split(/[:-]/).map(Number)
  if (own === undefined) return 'no'
  return Number.isNaN(from) || Number.isNaN(to) ? 'maybe' : sure(from <= own && own <= to)
}

function type(value: string, destination: string): Match {
  const isMulticast = contains('224.0.0.0/4', destination) === true || contains('ff00::/8', destination) === true
  if (value === 'multicast') return sure(isMulticast)
  if (['local', 'host', 'unicast'].includes(value)) return sure(!isMulticast)
  return ['broadcast', 'other', 'anycast'].includes(value) ? 'no' : 'maybe'
}
