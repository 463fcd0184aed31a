import { HaError } from '../lib/errors.ts'
import { type Gated, gateName } from './gated.ts'
import type { LabHost } from './layout.ts'
import type { Lab } from './state.ts'

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
  /** What a topology of several networks has beside `network`. */
  readonly gated?: Gated
  /** Hosts and bastion let in who shows a certificate of the lab's authority, and nobody else. */
  readonly certificates?: true
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
  'under-the-hood': {
    network: '192.168.4.128/25',
    interface: 'enp0s3.43',
    platform: 'debian-12',
    hosts: [
      { name: 'hapx-node01', address: '192.168.4.131' },
      { name: 'hapx-node02', address: '192.168.4.132' },
    ],
    // Published with addresses by DHCP: these are the lab's.
    apis: apis('192.168.1', 21),
    vip: '192.168.4.20',
    spareVip: '192.168.4.21',
    bastion: '192.168.4.57',
    certificates: true,
    gated: {
      hosts: { network: '192.168.4.128/25', gate: '192.168.4.129', gateway: '192.168.4.254' },
      vip: { network: '192.168.4.0/27', gate: '192.168.4.1', gateway: '192.168.4.30', interface: 'enp0s3.41' },
      bastion: { network: '192.168.4.32/27', gate: '192.168.4.33', gateway: '192.168.4.62' },
      apis: { network: '192.168.1.0/24', gate: '192.168.1.253', gateway: '192.168.1.254' },
      names: ['kube-mast01.kube.demo', 'kube-mast02.kube.demo', 'kube-mast03.kube.demo'],
    },
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

/** The networks of a topology, as CIDR. */
export function networksOf({ network, gated }: Topology): readonly string[] {
  return gated === undefined ? [network] : [gated.hosts, gated.vip, gated.bastion, gated.apis].map((one) => one.network)
}

/** Everybody in a lab who is no load balancer. */
export function othersOf(lab: Pick<Lab, 'topology' | 'bastion' | 'apis'>): readonly string[] {
  const gated = lab.topology === undefined ? undefined : topologyOf(lab.topology).gated
  return [lab.bastion.name, ...lab.apis.map(({ name }) => name), ...(gated === undefined ? [] : [gateName])]
}

/** The load balancer on whose host an API server is, if it is on one: then they have one address. */
export function hostOfApi({ hosts, apis }: Pick<Topology, 'hosts' | 'apis'>, api: string): string | undefined {
  const address = apis.find(({ name }) => name === api)?.address
  return hosts.find((host) => host.address === address)?.name
}

function apis(prefix: string, first: number): LabHost[] {
  return [1, 2, 3].map((number) => ({ name: `api${number}`, address: `${prefix}.${first + number - 1}` }))
}
