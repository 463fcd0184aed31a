import type { Finding } from '../finding.ts'
import * as backends from './backends.ts'
import * as binds from './binds.ts'
import * as checks from './checks.ts'
import { doasByPassword, jumpTwoWays } from './connection.ts'
import * as haproxy from './haproxy.ts'
import { interfaceName } from './interfaces.ts'
import * as hosts from './load-balancers.ts'
import * as ports from './ports.ts'
import type { Rule, Subject } from './rule.ts'
import * as servers from './servers.ts'
import * as stats from './stats.ts'
import * as tracking from './tracking.ts'
import * as vips from './vips.ts'
import { versionForm } from './versions.ts'
import * as vrrp from './vrrp.ts'
import * as weights from './weights.ts'

/** Every rule, by the name that its problems carry. */
export const RULES: Readonly<Record<string, Rule>> = {
  'doas-by-password': doasByPassword,
  'jump-two-ways': jumpTwoWays,
  'version-form': versionForm,

  'few-load-balancers': hosts.fewLoadBalancers,
  'load-balancer-address': hosts.loadBalancerAddress,
  'duplicate-address': hosts.duplicateAddress,
  'duplicate-host': hosts.duplicateHost,
  'priority-range': hosts.priorityRange,
  'priority-distinct': hosts.priorityDistinct,
  'master-state': hosts.masterState,

  'no-vips': vips.noVips,
  'vip-unusable': vips.vipUnusable,
  'vip-duplicate': vips.vipDuplicate,
  'vip-is-host': vips.vipIsHost,
  'vip-is-network': vips.vipIsNetwork,
  'vip-subnet': vips.vipSubnet,
  'vip-label': vips.vipLabel,
  'vrid-range': vips.vridRange,
  'vrid-distinct': vips.vridDistinct,
  'instance-distinct': vips.instanceDistinct,
  'interface-name': interfaceName,

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

  'no-frontends': backends.noFrontends,
  'no-servers': backends.noServers,
  'frontend-two-backends': backends.frontendTwoBackends,
  'backend-unknown': backends.backendUnknown,
  'backend-twice': backends.backendTwice,
  'backend-unused': backends.backendUnused,
  'mode-mismatch': backends.modeMismatch,
  'balance-unknown': backends.balanceUnknown,
  'reserved-name': backends.reservedName,

  'bind-vip-unknown': binds.bindVipUnknown,
  'bind-foreign-address': binds.bindForeignAddress,
  'port-overlap': ports.portOverlap,
  'stacked-port': ports.stackedPort,

  'duplicate-server': servers.duplicateServer,
  'server-is-vip': servers.serverIsVip,
  'server-address': servers.serverAddress,
  'server-unresolved': servers.serverUnresolved,
  'resolvers-unknown': servers.resolversUnknown,
  'nameserver-address': haproxy.nameserverAddress,
  'slowstart-long': servers.slowstartLong,
  'short-timeouts': haproxy.shortTimeouts,
  'check-in-options': checks.checkInOptions,
  'tcp-check-without-rules': checks.tcpCheckWithoutRules,
  'readyz-by-default': checks.readyzByDefault,

  'stats-open': stats.statsOpen,
  'stats-node-port': stats.statsNodePort,
  'stats-admin-everywhere': stats.statsAdminEverywhere,
}

export function applyRules(subject: Subject): readonly Finding[] {
  return Object.entries(RULES).flatMap(([rule, check]) => check(subject).map((finding) => ({ rule, ...finding })))
}
