import type { Topology } from '../../../src/lab/topologies.ts'
import type { HandMade } from './hand-made.ts'

/** Topology 3.1 as its published text makes it. */
export function underTheHoodByHand({ hosts, vip, gated }: Topology): HandMade {
  const names = gated?.names ?? []
  return {
    hosts,
    bindnetaddr: '192.168.4.128',
    vip,
    prefix: 27,
    broadcast: '192.168.4.31',
    interface: 'enp0s3.41',
    servers: Object.fromEntries(names.map((name) => [name.split('.')[0] ?? name, `${name}:6443`])),
    nameserver: '192.168.4.129',
  }
}
