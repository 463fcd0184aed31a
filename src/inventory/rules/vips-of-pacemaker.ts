import { suggest } from '../../lib/suggest.ts'
import { networkOf, parseIp } from '../addresses.ts'
import type { Inventory, Vip } from '../model.ts'
import { error, type Rule, warning } from './rule.ts'
import { eachVip } from './vips.ts'

const broadcastPath = (vip: Vip) => ['vips', vip.name, 'broadcast']

/** IPaddr2 finds a prefix only where the interface has an address in the VIP's network already. */
export const vipPrefix = eachVip((vip) =>
  vip.prefix !== undefined || parseIp(vip.address) === undefined
    ? []
    : [
        warning(
          ['vips', vip.name, 'address'],
          `without a prefix ${vip.interface} needs an address of its own in the same network`,
          `write ${vip.address}/${vip.family === 4 ? 24 : 64}, or what the prefix of that network is`,
        ),
      ],
)

export const vipBroadcast = eachVip((vip) => {
  const [ip, own] = [parseIp(vip.broadcast ?? ''), parseIp(vip.address)]
  if (vip.broadcast === undefined || own === undefined) return []
  const at = broadcastPath(vip)
  if (vip.family === 6) return [error(at, 'an IPv6 network has no broadcast address', 'remove it')]
  if (ip?.family !== 4 || ip.prefix !== undefined)
    return [error(at, `"${vip.broadcast}" is no IPv4 address`, 'write it like 192.168.4.31, or leave it out')]
  if (vip.prefix === undefined) return []
  const { first, last } = networkOf(own, vip.prefix)
  const message = `${ip.text} is not in the network of ${vip.address}/${vip.prefix}`
  return ip.number < first || ip.number > last ? [error(at, message, 'leave it out, or correct it or the prefix')] : []
})

export const preferUnknown = eachVip((vip, { loadBalancers }) => {
  const names = loadBalancers.map(({ name }) => name)
  return [...vip.preferences.keys()]
    .filter((name) => !names.includes(name))
    .map((name) => {
      const near = suggest(name, names)
      const mend = near === undefined ? `write ${names.join(', ')}` : `did you mean ${near}?`
      return error(['vips', vip.name, 'prefer', name], `no load balancer is named "${name}"`, mend)
    })
})

/** From here on a score is no wish but an order (INFINITY). */
const INFINITE = 1_000_000

export const preferScore = eachVip((vip) =>
  [...vip.preferences]
    .filter(([, score]) => typeof score === 'number' && Math.abs(score) >= INFINITE)
    .map(([name]) =>
      error(['vips', vip.name, 'prefer', name], 'pacemaker takes this score for infinite', 'write always or never'),
    ),
)

/** Who may hold a VIP. */
function allowed(vip: Vip, loadBalancers: Inventory['loadBalancers']): Inventory['loadBalancers'] {
  return loadBalancers.filter(({ name }) => vip.preferences.get(name) !== '-INFINITY')
}

export const preferNobody = eachVip((vip, { loadBalancers }) => {
  const left = allowed(vip, loadBalancers)
  const at = ['vips', vip.name, 'prefer']
  const [only, another] = left
  if (another !== undefined || loadBalancers.length < 2) return []
  return only === undefined
    ? [error(at, 'no load balancer may hold the VIP', 'leave never out, but for some')]
    : [warning(at, `only ${only.name} may hold the VIP: it is not highly available`, 'leave never out for another')]
})

/** The one haproxy that all VIPs stand with runs in one place, so there have to be load balancers that may hold every one of them. */
export const preferApart: Rule = ({ inventory: { pacemaker, loadBalancers, vips } }) => {
  if (pacemaker.haproxy !== 'with-vip') return []
  const [only, another] = vips.reduce((left, vip) => allowed(vip, left), loadBalancers)
  // Where one VIP alone leaves as few, that is told of it.
  const fewest = Math.min(...vips.map((vip) => allowed(vip, loadBalancers).length))
  if (another !== undefined || fewest === (only === undefined ? 0 : 1)) return []
  const at = ['pacemaker', 'haproxy']
  const mend = 'leave never out where it keeps the VIPs apart, or write haproxy: everywhere'
  return only === undefined
    ? [error(at, 'all VIPs stand with the one haproxy, and no load balancer may hold all of them', mend)]
    : [warning(at, `all VIPs stand with the one haproxy, and only ${only.name} may hold all of them`, mend)]
}

/** Parameters of IPaddr2 that have a word of their own here. */
const SAID: Readonly<Record<string, string>> = {
  ip: 'write address',
  nic: 'write interface',
  netmask: 'write it as the prefix of address: 192.168.4.20/27',
  cidr_netmask: 'write it as the prefix of address: 192.168.4.20/27',
  broadcast: 'write broadcast beside address',
  iflabel: 'write label beside address: eth0:api',
}

/** What else IPaddr2 takes: of resource-agents 4.12, and what came later. */
const KNOWN = [
  ...['arp_bg', 'arp_count', 'arp_count_refresh', 'arp_interval', 'arp_sender', 'check_link_status', 'clusterip_hash'],
  ...['flush_routes', 'lvs_ipv6_addrlabel', 'lvs_ipv6_addrlabel_value', 'lvs_support', 'mac', 'network_namespace'],
  ...['nodad', 'noprefixroute', 'preferred_lft', 'proto', 'run_arping', 'send_arp_opts', 'unique_clone_address'],
]

/** pacemaker hands any parameter to the agent, which ignores what it does not know. */
export const vipOption = eachVip((vip) =>
  [...vip.options.keys()].flatMap((name) => {
    const at = ['vips', vip.name, 'options', name]
    const mend = SAID[name]
    if (mend !== undefined) return [error(at, `${name} is set by the tool`, mend)]
    if (KNOWN.includes(name)) return []
    const near = suggest(name, [...KNOWN, ...Object.keys(SAID)])
    const guess = near === undefined ? 'correct it; leave it if your version has it' : `did you mean ${near}?`
    return [warning(at, `${name} is no known parameter of IPaddr2, which ignores such`, guess)]
  }),
)
