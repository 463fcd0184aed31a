import type { Opening, Packet } from '../../../../src/platform/firewall/types.ts'

const base: Packet = {
  direction: 'in',
  family: 4,
  protocol: 'tcp',
  port: undefined,
  interface: 'eth0',
  source: undefined,
  destination: '10.0.0.100',
}

export function packet(more: Partial<Packet> = {}): Packet {
  return { ...base, ...more }
}

/** A port for clients of IPv4 on eth0. */
export function tcp(port: number, more: Partial<Packet> = {}): Opening {
  return { name: `tcp/${port}`, protocol: 'tcp', port, packets: [packet({ port, ...more })] }
}

/** corosync between 10.0.0.11 and 10.0.0.12. */
export function udp(port: number): Opening {
  const base = { protocol: 'udp', port } as const
  return {
    name: `udp/${port}`,
    ...base,
    packets: [
      packet({ ...base, source: '10.0.0.12', destination: '10.0.0.11' }),
      packet({ ...base, direction: 'out', source: '10.0.0.11', destination: '10.0.0.12' }),
    ],
  }
}

/** Adverts between 10.0.0.11 and 10.0.0.12, in unicast. */
export const vrrp: Opening = {
  name: 'vrrp',
  protocol: 'vrrp',
  port: undefined,
  packets: [
    packet({ protocol: 'vrrp', source: '10.0.0.12', destination: '10.0.0.11' }),
    packet({ protocol: 'vrrp', direction: 'out', source: '10.0.0.11', destination: '10.0.0.12' }),
  ],
}
