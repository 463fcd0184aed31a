import { HaError } from '../lib/errors.ts'
import type { LabHost } from './layout.ts'

/** A reference topology as a lab: its hosts with the addresses and interface names that were published. */
export interface Topology {
  /** The published network: no route to it and no address of it is ever on this machine. */
  readonly network: string
  /** What hosts call the interface that is in it. */
  readonly interface: string
  /** What the hosts are, one of src/lab/platforms.ts. */
  readonly platform: string
  readonly hosts: readonly LabHost[]
  readonly apis: readonly LabHost[]
  readonly vip: string
  /** An address that nobody has, for tests that move the VIP. */
  readonly spareVip: string
  /** An address of the network that nobody has in what was published: the lab's way in. */
  readonly bastion: string
  /** A port of the API servers that answers plain HTTP, as an ingress controller's does. */
  readonly httpPort?: number
}

/** By name; each has its inventory in inventories/NAME.yaml. */
export const topologies: Readonly<Record<string, Topology>> = {
  'alpine-pair': {
    network: '192.168.9.0/24',
    interface: 'eth0',
    platform: 'alpine-3.21',
    hosts: [
      { name: 'proxy1', address: '192.168.9.141' },
      { name: 'proxy2', address: '192.168.9.142' },
    ],
    apis: apis('192.168.9', 130),
    vip: '192.168.9.139',
    spareVip: '192.168.9.240',
    bastion: '192.168.9.250',
  },
  'stacked-masters': {
    network: '192.168.217.0/24',
    interface: 'ens33',
    platform: 'centos-7',
    hosts: [
      { name: 'master1', address: '192.168.217.19' },
      { name: 'master2', address: '192.168.217.20' },
      { name: 'master3', address: '192.168.217.21' },
    ],
    // API servers with a load balancer's address are on that host.
    apis: apis('192.168.217', 19),
    vip: '192.168.217.100',
    spareVip: '192.168.217.240',
    bastion: '192.168.217.250',
  },
  'kubesphere-pair': {
    network: '10.220.62.0/24',
    interface: 'ens192',
    platform: 'rocky-9',
    hosts: [
      { name: 'loadbalance-left', address: '10.220.62.32' },
      { name: 'loadbalance-right', address: '10.220.62.33' },
    ],
    apis: apis('10.220.62', 21),
    vip: '10.220.62.31',
    spareVip: '10.220.62.240',
    bastion: '10.220.62.250',
    httpPort: 30080,
  },
}

/** The topology of this name. Throws an HaError that lists them when there is none. */
export function topologyOf(name: string): Topology {
  const topology = topologies[name]
  if (topology !== undefined) return topology
  throw new HaError(`the lab has no topology ${name}`, {
    where: '--topology',
    mend: `one of ${Object.keys(topologies).join(', ')}`,
  })
}

/** The load balancer on whose host an API server is, if it is on one: then they have one address. */
export function hostOfApi({ hosts, apis }: Pick<Topology, 'hosts' | 'apis'>, api: string): string | undefined {
  const address = apis.find(({ name }) => name === api)?.address
  return hosts.find((host) => host.address === address)?.name
}

function apis(prefix: string, first: number): LabHost[] {
  return [1, 2, 3].map((number) => ({ name: `api${number}`, address: `${prefix}.${first + number - 1}` }))
}
