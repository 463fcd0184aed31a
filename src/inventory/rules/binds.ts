import type { Path } from '../../lib/yaml.ts'
import { suggest } from '../../lib/suggest.ts'
import { isLoopback, parseIp, sameAddress } from '../addresses.ts'
import type { Bind } from '../model.ts'
import { error, type Rule, type Subject, warning } from './rule.ts'
import { allBinds } from './sockets.ts'

function eachBind(check: (bind: Bind, path: Path, subject: Subject) => ReturnType<Rule>): Rule {
  return (subject) => allBinds(subject).flatMap(({ bind, path }) => check(bind, path, subject))
}

export const bindVipUnknown = eachBind(({ at }, path, { inventory }) => {
  if (at.kind !== 'vip' || inventory.vips.some((vip) => vip.name === at.value)) return []
  const words = ['any', 'address', ...inventory.vips.map((vip) => vip.name)]
  const near = suggest(at.value, words)
  const mend = near === undefined ? `write ${words.join(', ')} or an IP address` : `did you mean ${near}?`
  return [error(path, `no VIP is named "${at.value}"`, mend)]
})

/** An address that only one host has keeps haproxy from starting on the others. */
export const bindForeignAddress = eachBind(({ at }, path, { inventory }) => {
  if (at.kind !== 'ip') return []
  const ip = parseIp(at.value)
  if (ip === undefined || isLoopback(ip) || ip.number === 0n) return []
  if (inventory.vips.some((vip) => sameAddress(vip.address, at.value))) return []
  const owner = inventory.loadBalancers.find((lb) => sameAddress(lb.address, at.value))
  if (owner === undefined) {
    const message = `${at.value} is neither a VIP nor the address of a load balancer`
    return [warning(path, message, 'correct it, or write at: address or the name of a VIP')]
  }
  const message = `${at.value} belongs to ${owner.name} alone, and haproxy does not start on a host that lacks it`
  return inventory.loadBalancers.length < 2 ? [] : [error(path, message, 'write at: address, which is each host’s own')]
})
