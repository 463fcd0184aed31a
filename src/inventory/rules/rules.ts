import type { Finding } from '../finding.ts'
import type { Inventory } from '../model.ts'
import * as backends from './backends.ts'
import * as binds from './binds.ts'
import * as checks from './checks.ts'
import { doasByPassword, jumpTwoWays } from './connection.ts'
import { engineUnsaid } from './engine.ts'
import * as haproxy from './haproxy.ts'
import { interfaceName } from './interfaces.ts'
import { KEEPALIVED_RULES } from './keepalived.ts'
import * as hosts from './load-balancers.ts'
import { PACEMAKER_RULES } from './pacemaker.ts'
import * as ports from './ports.ts'
import type { Rule, Subject } from './rule.ts'
import * as servers from './servers.ts'
import * as stats from './stats.ts'
import * as vips from './vips.ts'
import { versionForm } from './versions.ts'

const COMMON_RULES: Readonly<Record<string, Rule>> = {
  'engine-unsaid': engineUnsaid,
  'doas-by-password': doasByPassword,
  'jump-two-ways': jumpTwoWays,
  'version-form': versionForm,

  'few-load-balancers': hosts.fewLoadBalancers,
  'load-balancer-address': hosts.loadBalancerAddress,
  'duplicate-address': hosts.duplicateAddress,
  'duplicate-host': hosts.duplicateHost,

  'no-vips': vips.noVips,
  'vip-unusable': vips.vipUnusable,
  'vip-duplicate': vips.vipDuplicate,
  'vip-is-host': vips.vipIsHost,
  'vip-is-network': vips.vipIsNetwork,
  'vip-subnet': vips.vipSubnet,
  'vip-label': vips.vipLabel,
  'interface-name': interfaceName,

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

/** Every rule, by the name that its problems carry. */
export const RULES: Readonly<Record<string, Rule>> = {
  ...COMMON_RULES,
  ...only('keepalived', KEEPALIVED_RULES),
  ...only('pacemaker', PACEMAKER_RULES),
}

/** An inventory may keep the words of the other engine for the way back; they are judged when that is chosen. */
function only(ha: Inventory['ha'], rules: Readonly<Record<string, Rule>>): Readonly<Record<string, Rule>> {
  return Object.fromEntries(
    Object.entries(rules).map(([name, rule]) => [
      name,
      (subject: Subject) => (subject.inventory.ha === ha ? rule(subject) : []),
    ]),
  )
}

export function applyRules(subject: Subject): readonly Finding[] {
  return Object.entries(RULES).flatMap(([rule, check]) => check(subject).map((finding) => ({ rule, ...finding })))
}
