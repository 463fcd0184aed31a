import { isDeepStrictEqual } from 'node:util'
import type { LoadBalancer } from '../model.ts'
import { isUsable, parseIp, sameAddress } from '../addresses.ts'
import { earlierTwin } from './pairs.ts'
import { error, type Rule, warning } from './rule.ts'

export const fewLoadBalancers: Rule = ({ inventory: { loadBalancers } }) => {
  if (loadBalancers.length >= 2) return []
  const path = ['load_balancers']
  return loadBalancers.length === 0
    ? [error(path, 'there is no load balancer', 'name at least two hosts: lb1: 192.168.1.11')]
    : [warning(path, 'one load balancer alone is not highly available', 'add a second host')]
}

export const loadBalancerAddress: Rule = ({ inventory }) =>
  inventory.loadBalancers.flatMap((lb) => {
    const path = ['load_balancers', lb.name, 'address']
    const ip = parseIp(lb.address)
    if (ip === undefined) {
      return [
        error(path, `"${lb.address}" is no IP address`, 'write the host’s own address; a DNS name can stand in host'),
      ]
    }
    if (ip.prefix !== undefined) return [error(path, 'the address of a host has no prefix here', `write ${ip.text}`)]
    const mend = 'write the address by which the other load balancers reach this host'
    return isUsable(ip) ? [] : [error(path, `${ip.text} is no address of a host on a network`, mend)]
  })

export const duplicateAddress: Rule = ({ inventory: { loadBalancers } }) =>
  loadBalancers.flatMap((lb, index) => {
    const twin = earlierTwin(loadBalancers, index, (a, b) => sameAddress(a.address, b.address))
    const path = ['load_balancers', lb.name, 'address']
    return twin === undefined
      ? []
      : [error(path, `${twin.name} has the address ${lb.address} too`, 'give each host its own')]
  })

/** Two names of one machine would be configured twice, each undoing the other. */
export const duplicateHost: Rule = ({ inventory: { loadBalancers } }) =>
  loadBalancers.flatMap((lb, index) => {
    const twin = earlierTwin(
      loadBalancers,
      index,
      (a, b) => sameAddress(a.host, b.host) && sshPort(a) === sshPort(b) && sameWay(a, b),
    )
    const path = ['load_balancers', lb.name, 'host']
    const message = `${twin?.name ?? ''} is reached at ${lb.host} port ${sshPort(lb)} too`
    return twin === undefined ? [] : [error(path, message, 'name two different hosts')]
  })

const sshPort = ({ port }: LoadBalancer): number => port ?? 22

/** Behind two bastions one address may be two machines. */
const sameWay = (a: LoadBalancer, b: LoadBalancer): boolean => isDeepStrictEqual(a.own.jumps, b.own.jumps)

export const priorityRange: Rule = ({ inventory }) =>
  inventory.loadBalancers
    .filter((lb) => lb.priority < 1 || lb.priority > 254)
    .map((lb) => {
      const message = `priority ${lb.priority} is out of range`
      return error(['load_balancers', lb.name, 'priority'], message, 'write 1 to 254: 255 is the owner of the address')
    })

/** Equal priorities leave it to the addresses who wins, and both may hold the VIP for a while. */
export const priorityDistinct: Rule = ({ inventory: { loadBalancers } }) =>
  loadBalancers.flatMap((lb, index) => {
    const twin = earlierTwin(loadBalancers, index, (a, b) => a.priority === b.priority)
    if (twin === undefined) return []
    const taken = new Set(loadBalancers.map((other) => other.priority))
    const free = [...Array(254).keys()].map((n) => 254 - n).filter((n) => n < lb.priority && !taken.has(n))
    const mend = `give each load balancer its own priority${free[0] === undefined ? '' : `, say ${free[0]}`}`
    return [error(['load_balancers', lb.name, 'priority'], `${twin.name} has the priority ${lb.priority} too`, mend)]
  })

export const masterState: Rule = ({ inventory: { loadBalancers } }) => {
  const highest = Math.max(...loadBalancers.map((lb) => lb.priority))
  return loadBalancers
    .filter((lb) => lb.state === 'MASTER' && lb.priority < highest)
    .map((lb) => {
      const message = `${lb.name} begins as MASTER without the highest priority: the VIP moves twice at each start`
      return warning(
        ['load_balancers', lb.name, 'state'],
        message,
        'leave state out: the highest priority becomes master',
      )
    })
}
