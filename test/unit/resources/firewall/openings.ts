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
