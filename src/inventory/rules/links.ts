import type { Path } from '../../lib/yaml.ts'
import { isUsable, parseIp, sameAddress } from '../addresses.ts'
import type { LoadBalancer } from '../model.ts'
import { itemPath } from '../normalise/context.ts'
import { earlierTwin } from './pairs.ts'
import { error, type Rule, type RuleFinding, type Subject } from './rule.ts'

/** An address of a load balancer on one corosync link; link 0 is its `address`, which rules of its own judge. */
interface Placed {
  readonly lb: LoadBalancer
  readonly link: number
  readonly address: string
  readonly path: Path
}

function linkAddresses({ inventory, raw }: Subject): readonly Placed[] {
  return inventory.loadBalancers.flatMap((lb) => {
    const written = raw.load_balancers[lb.name]
    const path = ['load_balancers', lb.name]
    return [lb.address, ...lb.links].map((address, link) => ({
      lb,
      link,
      address,
      path:
        link === 0
          ? [...path, 'address']
          : itemPath([...path, 'links'], typeof written === 'object' ? written.links : undefined, link - 1),
    }))
  })
}

const linksPath = (lb: LoadBalancer) => ['load_balancers', lb.name, 'links']

/** knet has eight links (KNET_MAX_LINK). */
const MOST_FURTHER_LINKS = 7

export const linkCount: Rule = ({ inventory: { loadBalancers } }) => {
  const most = Math.max(...loadBalancers.map(({ links }) => links.length))
  const example = loadBalancers.find(({ links }) => links.length === most)
  return loadBalancers.flatMap((lb): readonly RuleFinding[] => {
    if (lb.links.length > MOST_FURTHER_LINKS) {
      const message = `corosync knows ${MOST_FURTHER_LINKS} links besides that of address`
      return [error(linksPath(lb), message, 'leave out the rest; one further link is usual')]
    }
    if (lb.links.length === most || example === undefined) return []
    const message = `${lb.name} has ${counted(lb.links.length)}, and ${example.name} has ${counted(most)}`
    return [error(linksPath(lb), message, 'give all load balancers an address on each link')]
  })
}

function counted(links: number): string {
  return links === 0 ? 'no further link' : `${links} further link${links === 1 ? '' : 's'}`
}

export const linkAddress: Rule = (subject) =>
  linkAddresses(subject)
    .filter(({ link }) => link > 0)
    .flatMap(({ address, path }) => {
      const ip = parseIp(address)
      if (ip === undefined)
        return [error(path, `"${address}" is no IP address`, 'write the host’s own address on that network')]
      if (ip.prefix !== undefined) return [error(path, 'the address of a link has no prefix here', `write ${ip.text}`)]
      const vip = subject.inventory.vips.find((one) => sameAddress(one.address, address))
      if (vip !== undefined)
        return [error(path, `${address} is the VIP ${vip.name}, which moves`, 'write the host’s own address')]
      return isUsable(ip) ? [] : [error(path, `${ip.text} is no address of a host on a network`, 'correct the address')]
    })

export const linkDistinct: Rule = (subject) => {
  const all = linkAddresses(subject)
  return all.flatMap(({ lb, link, address, path }, index) => {
    const twin = earlierTwin(all, index, (a, b) => sameAddress(a.address, b.address))
    if (twin === undefined || (link === 0 && twin.link === 0)) return []
    const owner = twin.lb.name === lb.name ? 'another link of the same host' : twin.lb.name
    return [error(path, `${owner} has the address ${address} too`, 'write the address of this host on this link')]
  })
}

/** All members speak one family on a link. */
export const linkFamily: Rule = (subject) => {
  const all = linkAddresses(subject)
  return all.flatMap(({ link, address, path }) => {
    const first = all.find((other) => other.link === link)
    const [family, expected] = [parseIp(address)?.family, parseIp(first?.address ?? '')?.family]
    if (first === undefined || family === undefined || expected === undefined || family === expected) return []
    const message = `${address} and ${first.lb.name}’s ${first.address} are of two families: a corosync link needs one`
    return [error(path, message, `write an IPv${expected} address of this host`)]
  })
}

export const linkPorts: Rule = ({ inventory: { corosync, loadBalancers } }) => {
  const further = Math.max(...loadBalancers.map(({ links }) => links.length))
  if (corosync.port + further <= 65_535) return []
  const message = `the last link would have port ${corosync.port + further}: each has the next one`
  return [error(['corosync', 'port'], message, `write ${65_535 - further} or less`)]
}
