import { isUsable, networkOf, parseIp, sameAddress } from '../addresses.ts'
import type { Inventory, Vip } from '../model.ts'
import { earlierTwin } from './pairs.ts'
import { error, type Rule, type RuleFinding, warning } from './rule.ts'

/** A rule about each VIP by itself. */
function eachVip(check: (vip: Vip, inventory: Inventory) => readonly RuleFinding[]): Rule {
  return ({ inventory }) => inventory.vips.flatMap((vip) => check(vip, inventory))
}

const addressPath = (vip: Vip) => ['vips', vip.name, 'address']

export const noVips: Rule = ({ inventory }) =>
  inventory.vips.length > 0
    ? []
    : [
        error(
          ['vips'],
          'there is no virtual IP address',
          'name one: api: { address: 192.168.1.10/24, interface: eth0 }',
        ),
      ]

export const vipUnusable = eachVip((vip) => {
  const ip = parseIp(vip.address)
  if (ip === undefined || isUsable(ip)) return []
  return [
    error(
      addressPath(vip),
      `${vip.address} is no address that can be served on a network`,
      'write a free address of the network',
    ),
  ]
})

export const vipDuplicate: Rule = ({ inventory: { vips } }) =>
  vips.flatMap((vip, index) => {
    const twin = earlierTwin(vips, index, (a, b) => a.address === b.address)
    return twin === undefined
      ? []
      : [error(addressPath(vip), `${twin.name} has the address ${vip.address} too`, 'keep one of the two')]
  })

export const vipIsHost = eachVip((vip, { loadBalancers }) => {
  const host = loadBalancers.find((lb) => sameAddress(lb.address, vip.address))
  if (host === undefined) return []
  return [
    error(
      addressPath(vip),
      `${vip.address} is the address of ${host.name} itself`,
      'choose an address that no host has',
    ),
  ]
})

export const vipIsNetwork = eachVip((vip) => {
  const ip = parseIp(vip.address)
  if (ip === undefined || vip.prefix === undefined || vip.prefix > (ip.family === 4 ? 30 : 126)) return []
  const { first, last } = networkOf(ip, vip.prefix)
  const what =
    ip.number === first
      ? 'the network itself'
      : ip.family === 4 && ip.number === last
        ? 'the broadcast address'
        : undefined
  if (what === undefined) return []
  return [
    error(addressPath(vip), `${vip.address}/${vip.prefix} is ${what}`, 'choose an address of a host in that network'),
  ]
})

/**
 * The interface's network is not known here; the hosts' own addresses are all there is to compare with. Who writes the
 * broadcast address down means a network that the hosts have no address in.
 */
export const vipSubnet = eachVip((vip, { loadBalancers }) => {
  const ip = parseIp(vip.address)
  if (ip === undefined || vip.prefix === undefined || vip.prefix === (ip.family === 4 ? 32 : 128)) return []
  if (vip.broadcast !== undefined) return []
  const { first, last } = networkOf(ip, vip.prefix)
  const outside = loadBalancers.filter((lb) => {
    const own = parseIp(lb.address)
    return own?.family === ip.family && (own.number < first || own.number > last)
  })
  if (outside.length === 0) return []
  const names = outside.map((lb) => `${lb.name} (${lb.address})`).join(', ')
  const message = `the network of ${vip.address}/${vip.prefix} does not hold ${names}`
  return [
    warning(
      addressPath(vip),
      message,
      `correct the address or the prefix; leave it if ${vip.interface} is in that network`,
    ),
  ]
})

export const vridRange = eachVip((vip) => {
  if (vip.virtualRouterId >= 1 && vip.virtualRouterId <= 255) return []
  const path = ['vips', vip.name, 'virtual_router_id']
  return [error(path, `virtual_router_id ${vip.virtualRouterId} is out of range`, 'write 1 to 255, or leave it out')]
})

/** IPv4 and IPv6 are apart. In unicast all adverts go through one interface: the one with the host's own address. */
export const vridDistinct: Rule = ({ inventory: { vips, keepalived } }) =>
  vips.flatMap((vip, index) => {
    const alike = (a: Vip, b: Vip) =>
      a.virtualRouterId === b.virtualRouterId &&
      a.family === b.family &&
      (keepalived.mode === 'unicast' || a.interface === b.interface)
    const twin = earlierTwin(vips, index, alike)
    if (twin === undefined) return []
    const message = `${twin.name} has the virtual_router_id ${vip.virtualRouterId} too`
    return [error(['vips', vip.name, 'virtual_router_id'], message, 'give each VIP its own, or leave it out')]
  })

export const instanceDistinct: Rule = ({ inventory: { vips } }) =>
  vips.flatMap((vip, index) => {
    const twin = earlierTwin(vips, index, (a, b) => a.instance === b.instance)
    if (twin === undefined) return []
    const message = `the instance of ${twin.name} is named ${vip.instance} too`
    return [error(['vips', vip.name, 'instance'], message, 'give each VIP an instance of its own')]
  })

export const vipLabel = eachVip((vip) => {
  if (vip.label === undefined) return []
  const path = ['vips', vip.name, 'label']
  const mend = `write ${vip.interface}: and a short word, 15 characters together`
  if (vip.family === 6) return [error(path, 'an IPv6 address has no label', 'remove it')]
  const right = vip.label.startsWith(`${vip.interface}:`) && vip.label.length <= 15 && !/\s/.test(vip.label)
  return right ? [] : [error(path, 'the kernel does not take this label', mend)]
})
