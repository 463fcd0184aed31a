import { formatDuration } from '../../lib/duration.ts'
import { Secret } from '../../lib/secret.ts'
import { parseIp } from '../addresses.ts'
import { error, type Rule, warning } from './rule.ts'

export const nopreemptState: Rule = ({ inventory: { keepalived, loadBalancers } }) =>
  keepalived.preempt
    ? []
    : loadBalancers
        .filter((lb) => lb.state === 'MASTER')
        .map((lb) => {
          const message = `${lb.name} begins as MASTER, and preempt: false needs BACKUP everywhere`
          return error(['load_balancers', lb.name, 'state'], message, 'leave state out')
        })

export const preemptDelay: Rule = ({ inventory: { keepalived, loadBalancers } }) => {
  if (keepalived.preemptDelay === 0) return []
  const path = ['keepalived', 'preempt_delay']
  if (keepalived.preemptDelay > 1_000_000) return [error(path, 'keepalived waits 1000s at most', 'write 1000s or less')]
  if (!keepalived.preempt) return [warning(path, 'with preempt: false nothing is delayed', 'remove one of the two')]
  return loadBalancers.some((lb) => lb.state === 'MASTER')
    ? [warning(path, 'keepalived ignores it where a host begins as MASTER', 'leave state out')]
    : []
}

export const advertInterval: Rule = ({ inventory: { keepalived } }) => {
  const { advertInterval: interval, vrrpVersion: version } = keepalived
  const [step, most] = version === 2 ? [1000, 255_000] : [10, 40_950]
  if (interval > 0 && interval <= most && interval % step === 0) return []
  const message = `VRRP version ${version} knows no interval of ${formatDuration(interval)}`
  const mend = version === 2 ? 'write whole seconds from 1s to 255s' : 'write 10ms to 40950ms in steps of 10ms'
  return [error(['keepalived', 'advert_interval'], message, mend)]
}

export const vrrp2WithIPv6: Rule = ({ inventory: { keepalived, vips } }) => {
  if (keepalived.vrrpVersion === 3 || vips.length === 0 || vips.some((vip) => vip.family === 4)) return []
  const message = 'VRRP version 2 knows no IPv6, and there is no other VIP'
  return [error(['keepalived', 'vrrp_version'], message, 'write 3, or leave it out')]
}

export const authWithVrrp3: Rule = ({ inventory: { keepalived } }) =>
  keepalived.vrrpVersion === 2 || keepalived.authPass === 'none'
    ? []
    : [
        error(
          ['keepalived', 'auth_pass'],
          'VRRP version 3 knows no password',
          'remove auth_pass, or write vrrp_version: 2',
        ),
      ]

/** keepalived silently cuts a password after eight characters, so two that differ later are one. */
export const authPass: Rule = ({ inventory: { keepalived } }) => {
  if (!(keepalived.authPass instanceof Secret)) return []
  const path = ['keepalived', 'auth_pass']
  const value = keepalived.authPass.reveal()
  if (value.length > 8)
    return [error(path, 'the password is longer than the 8 characters VRRP uses', 'use 8 characters or less')]
  return /^[\x21-\x7e]+$/.test(value) && !/["'#!{}\\$@]/.test(value)
    ? []
    : [
        error(
          path,
          'the password has characters that keepalived reads otherwise',
          'use letters, digits and - _ . , + = :',
        ),
      ]
}

/**
 * A VRRP packet has one family: that of its source and of its peers. A VIP of the other family rides along with one of
 * theirs; where there is none, it has to go by multicast.
 */
export const unicastFamily: Rule = ({ inventory: { keepalived, vips, loadBalancers } }) => {
  const [first, ...others] = loadBalancers
  const family = parseIp(first?.address ?? '')?.family
  if (keepalived.mode !== 'unicast' || first === undefined || family === undefined) return []
  const stranger = others.find((lb) => (parseIp(lb.address)?.family ?? family) !== family)
  if (stranger !== undefined) {
    const message = `${stranger.address} and ${first.name}’s ${first.address} are of two families: unicast needs one`
    const mend = 'give all load balancers addresses of one family, or write keepalived: { mode: multicast }'
    return [error(['load_balancers', stranger.name, 'address'], message, mend)]
  }
  if (vips.some((vip) => vip.family === family)) return []
  return vips.map((vip) => {
    const message = `the VIP is IPv${vip.family} and the load balancers’ addresses are IPv${family}: VRRP goes by multicast`
    const mend = `give the load balancers IPv${vip.family} addresses, or write keepalived: { mode: multicast } to say so`
    return warning(['vips', vip.name, 'address'], message, mend)
  })
}

export const strictMode: Rule = ({ inventory: { keepalived } }) => {
  if (!keepalived.strict) return []
  const path = ['keepalived', 'strict']
  return [
    ...(keepalived.mode === 'unicast'
      ? [error(path, 'strict VRRP knows no unicast', 'write mode: multicast, or strict: false')]
      : []),
    ...(keepalived.authPass === 'none'
      ? []
      : [error(path, 'strict VRRP knows no password', 'write auth_pass: none, or strict: false')]),
    ...(/^\s*accept\b/m.test(keepalived.extra.instance)
      ? []
      : [
          warning(
            path,
            'strict VRRP drops what is sent to the VIP, haproxy’s clients too',
            'write strict: false, or accept into extra.instance',
          ),
        ]),
  ]
}
