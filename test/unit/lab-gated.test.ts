import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { parseIp } from '../../src/inventory/addresses.ts'
import { layout } from '../../src/lab/layout.ts'
import { networksOf, othersOf, topologyOf } from '../../src/lab/topologies.ts'
import { renderTopologyCompose } from '../../src/lab/topology-compose.ts'

const name = 'under-the-hood'
const topology = topologyOf(name)
const { hosts, apis, vip, spareVip } = topology
const lab = {
  project: 'ha-lab-00000000',
  port: 22_123,
  ...layout('10.213.7', 2),
  topology: name,
  hosts: hosts.map((host) => ({ ...host, platform: topology.platform })),
  apis: [...apis],
  vip,
  spareVip,
}

const file = z.object({
  services: z.record(
    z.string(),
    z.looseObject({
      environment: z.record(z.string(), z.string()).optional(),
      volumes: z.array(z.string()).optional(),
      networks: z.record(z.string(), z.object({ ipv4_address: z.string() })),
    }),
  ),
  networks: z.record(
    z.string(),
    z.looseObject({ ipam: z.object({ config: z.array(z.object({ subnet: z.string(), gateway: z.string() })) }) }),
  ),
})
const compose = file.parse(JSON.parse(renderTopologyCompose(lab, name, new Map())))

/** Whether an address is in a network in CIDR. */
function within(address: string, network: string): boolean {
  const [own, base] = [parseIp(address), parseIp(network)]
  if (own === undefined || base?.prefix === undefined) return false
  const size = 1n << BigInt(32 - base.prefix)
  return own.number / size === base.number / size
}

describe('a topology of several networks', () => {
  it('has everybody in the networks that are its own, each address once', () => {
    const places = Object.values(compose.services).flatMap(({ networks }) =>
      Object.entries(networks).map(([network, { ipv4_address: address }]) => ({ network, address })),
    )
    const own = places.filter(({ network }) => network !== 'lab')
    for (const { network, address } of own) {
      const subnet = compose.networks[network]?.ipam.config[0]?.subnet ?? ''
      expect(within(address, subnet), `${address} in ${subnet}`).toBe(true)
    }
    const gateways = Object.values(compose.networks).flatMap(({ ipam }) => ipam.config.map(({ gateway }) => gateway))
    const all = [...own.map(({ address }) => address), ...gateways, vip, spareVip]
    expect(new Set(all).size).toBe(all.length)
  })

  it('has networks that do not overlap, of which all are told', () => {
    const subnets = networksOf(topology)
    expect(subnets).toEqual(
      Object.entries(compose.networks).flatMap(([network, { ipam }]) =>
        network === 'lab' ? [] : ipam.config.map(({ subnet }) => subnet),
      ),
    )
    for (const one of subnets) expect(subnets.filter((other) => within(one.replace(/\/.*/, ''), other))).toEqual([one])
  })

  it('takes the address from the interface that carries the VIP', () => {
    expect(compose.services['hapx-node01']?.environment).toMatchObject({
      LAB_ADDRESS: '192.168.4.131',
      LAB_INTERFACE: 'enp0s3.43',
      LAB_BARE_ADDRESS: compose.services['hapx-node01']?.networks['published-vip']?.ipv4_address,
      LAB_BARE_INTERFACE: 'enp0s3.41',
    })
  })

  it('has ways through the gate to what is elsewhere, and none to where a member is itself', () => {
    expect(compose.services['hapx-node02']?.environment).toMatchObject({
      LAB_GATEWAY: '192.168.4.254',
      LAB_ROUTES: '192.168.4.32/27 192.168.1.0/24',
    })
    expect(compose.services['bastion']?.environment).toMatchObject({
      LAB_GATEWAY: '192.168.4.62',
      LAB_ROUTES: '192.168.4.128/25 192.168.4.0/27 192.168.1.0/24',
    })
  })

  it('has a gate that answers the names of the API servers, and is a member that is no load balancer', () => {
    expect(compose.services['gate']?.environment?.['LAB_NAMES']).toBe(
      'kube-mast01.kube.demo=192.168.1.21 kube-mast02.kube.demo=192.168.1.22 kube-mast03.kube.demo=192.168.1.23',
    )
    expect(othersOf(lab)).toEqual(['bastion', 'api1', 'api2', 'api3', 'gate'])
    expect(othersOf({ bastion: lab.bastion, apis: lab.apis })).not.toContain('gate')
  })

  it('lets hosts and bastion trust the authority of the lab', () => {
    for (const member of ['bastion', 'hapx-node01', 'hapx-node02'])
      expect(compose.services[member]?.volumes).toContain('${LAB_DIR}/user_ca.pub:/lab/user_ca.pub:ro')
  })
})
