import * as hosts from './load-balancers.ts'
import type { Rule } from './rule.ts'
import * as tracking from './tracking.ts'
import * as vips from './vips.ts'
import * as vrrp from './vrrp.ts'
import * as weights from './weights.ts'

/** Rules of `ha: keepalived`, by name: of VRRP and of what keepalived watches. */
export const KEEPALIVED_RULES: Readonly<Record<string, Rule>> = {
  'priority-range': hosts.priorityRange,
  'priority-distinct': hosts.priorityDistinct,
  'master-state': hosts.masterState,
  'vrid-range': vips.vridRange,
  'vrid-distinct': vips.vridDistinct,
  'instance-distinct': vips.instanceDistinct,
  'weight-range': weights.weightRange,
  'weight-too-small': weights.weightTooSmall,
  'weight-clamped': weights.weightClamped,
  'nopreempt-weight': weights.nopreemptWeight,
  'nopreempt-state': vrrp.nopreemptState,
  'preempt-delay': vrrp.preemptDelay,
  'advert-interval': vrrp.advertInterval,
  'vrrp2-with-ipv6': vrrp.vrrp2WithIPv6,
  'auth-with-vrrp3': vrrp.authWithVrrp3,
  'auth-pass': vrrp.authPass,
  'unicast-family': vrrp.unicastFamily,
  'strict-mode': vrrp.strictMode,
  'check-port': tracking.checkPort,
  'timeout-over-interval': tracking.timeoutOverInterval,
  'whole-seconds': tracking.wholeSeconds,
  'script-seconds': tracking.scriptSeconds,
  'check-port-unbound': tracking.checkPortUnbound,
  'unwatched-haproxy': tracking.unwatchedHaproxy,
  'script-security': tracking.scriptSecurity,
  'script-looks-for-process': tracking.scriptLooksForProcess,
  'script-greps-port': tracking.scriptGrepsPort,
}
