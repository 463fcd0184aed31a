import { isIPv6 } from 'node:net'
import type { Facts } from '../facts/types.ts'
import type { Bind, Inventory, LoadBalancer } from '../inventory/model.ts'
import { canonicalAddress } from '../lib/address.ts'
import type { Opening, Packet } from '../platform/firewall/types.ts'
import { instancesOf } from './keepalived/instances.ts'

const MULTICAST = { 4: '224.0.0.18', 6: 'ff02::12' } as const

/** What a host's firewall has to let through: what the members say to each other, and the ports that clients ask. */
export function openingsOf(inventory: Inventory, host: LoadBalancer, facts: Facts): readonly Opening[] {
  const { frontends, stats } = inventory.haproxy
  const binds = [...frontends.flatMap((frontend) => frontend.binds), ...(stats === undefined ? [] : [stats.bind])]
  const ports = [...new Set(binds.map(({ port }) => port))].sort((a, b) => a - b)
  const openings: readonly Opening[] = [
    ...(inventory.ha === 'pacemaker'
      ? corosyncOpenings(inventory, host, facts)
      : [{ name: 'vrrp', protocol: 'vrrp' as const, port: undefined, packets: vrrpPackets(inventory, host, facts) }]),
    ...ports.map((port) => ({
      name: `tcp/${port}`,
      protocol: 'tcp' as const,
      port,
      packets: binds
        .filter((bind) => bind.port === port)
        .flatMap((bind) => clientPackets(bind, inventory, host, facts)),
    })),
  ]
  return openings.filter(({ packets }) => packets.length > 0)
}

/**
 * Adverts come from the other members and go to them. The rule that lets them in names the protocol and no member: in unicast keepalived
 * itself drops what no peer sent, and rules that name members would stay behind when these leave.
 */
function vrrpPackets(inventory: Inventory, host: LoadBalancer, facts: Facts): readonly Packet[] {
  const others = inventory.loadBalancers.filter(({ name }) => name !== host.name)
  return instancesOf(inventory, host).flatMap(({ vip, peers }) => {
    const family = peers === undefined ? vip.family : familyOf(host.address)
    const own = peers === undefined ? linkOf(facts, vip.interface, family) : host.address
    const through = peers === undefined ? vip.interface : (carrierOf(facts, host.address) ?? vip.interface)
    const base = { family, protocol: 'vrrp', port: undefined, interface: through } as const
    return others.flatMap(({ address }): readonly Packet[] => {
      // Over IPv6 a multicast advert has a link-local sender, which no inventory knows.
      const source = familyOf(address) === family && (peers !== undefined || family === 4) ? address : undefined
      const group = peers === undefined ? MULTICAST[family] : undefined
      return [
        { ...base, direction: 'in', source, destination: group ?? own },
        { ...base, direction: 'out', source: own, destination: group ?? address },
      ]
    })
  })
}

/** Each link has a port of its own. The rules name no member, as for VRRP: what has not the key is dropped by corosync. */
function corosyncOpenings(inventory: Inventory, host: LoadBalancer, facts: Facts): readonly Opening[] {
  const others = inventory.loadBalancers.filter(({ name }) => name !== host.name)
  return [host.address, ...host.links].map((own, link) => {
    const port = inventory.corosync.port + link
    const through = carrierOf(facts, own) ?? ''
    const base = { family: familyOf(own), protocol: 'udp', port, interface: through } as const
    const packets = others.flatMap(({ address, links }): readonly Packet[] => {
      const other = [address, ...links][link]
      if (other === undefined) return []
      return [
        { ...base, direction: 'in', source: other, destination: own },
        { ...base, direction: 'out', source: own, destination: other },
      ]
    })
    return { name: `udp/${port}`, protocol: 'udp', port, packets }
  })
}

/** The first packet of a client, whoever that is, on every way it can come. The loopback is open to the host itself. */
function clientPackets(bind: Bind, { vips }: Inventory, host: LoadBalancer, facts: Facts): readonly Packet[] {
  const to = (address: string, through: string): Packet => ({
    direction: 'in',
    family: familyOf(address),
    protocol: 'tcp',
    port: bind.port,
    interface: through,
    source: undefined,
    destination: address,
  })
  const ofVips = vips.map((vip) => ({ vip, packet: to(vip.address, vip.interface) }))
  const { at } = bind
  switch (at.kind) {
    case 'any':
      return ofVips.map(({ packet }) => packet)
    case 'any4':
      return ofVips.map(({ packet }) => packet).filter(({ family }) => family === 4)
    case 'address':
      return [to(host.address, carrierOf(facts, host.address) ?? vips[0]?.interface ?? '')]
    case 'vip':
      return ofVips.filter(({ vip }) => vip.name === at.value).map(({ packet }) => packet)
    case 'ip': {
      if (at.value === '0.0.0.0' || at.value === '::')
        return ofVips.map(({ packet }) => packet).filter(({ family }) => family === familyOf(at.value))
      const through =
        vips.find(({ address }) => address === at.value)?.interface ?? carrierOf(facts, at.value) ?? vips[0]?.interface
      return through === undefined || through === 'lo' ? [] : [to(at.value, through)]
    }
  }
}

function familyOf(address: string): 4 | 6 {
  return isIPv6(address) ? 6 : 4
}

/** The interface that carries an address. */
function carrierOf({ interfaces }: Facts, address: string): string | undefined {
  const wanted = canonicalAddress(address)
  return interfaces.find(({ addresses }) => addresses.some((one) => canonicalAddress(one.address) === wanted))?.name
}

/** The host's own address on a link. */
function linkOf({ interfaces }: Facts, name: string, family: 4 | 6): string | undefined {
  const addresses = interfaces.find((one) => one.name === name)?.addresses ?? []
  return addresses.find((one) => one.family === family)?.address
}
