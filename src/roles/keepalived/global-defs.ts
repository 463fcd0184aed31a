import type { Garp, Inventory, LoadBalancer, Mail } from '../../inventory/model.ts'
import { block, type Line, rawLines, seconds, setting, wholeSeconds, word } from './block.ts'

/** What holds for the whole process. */
export function renderGlobalDefs(inventory: Inventory, lb: LoadBalancer): Line[] {
  const { keepalived } = inventory
  return block('global_defs', [
    `router_id ${word(routerId(inventory, lb))}`,
    // Without an existing user, scripts are ignored or run as root (acassen/keepalived#901, #1372).
    `script_user ${keepalived.scriptUser}`,
    ...(keepalived.scriptSecurity ? ['enable_script_security'] : []),
    `vrrp_version ${keepalived.vrrpVersion}`,
    ...(keepalived.skipCheckAdvAddr ? ['vrrp_skip_check_adv_addr'] : []),
    ...(keepalived.strict ? ['vrrp_strict'] : []),
    ...garpLines(keepalived.garp),
    ...(keepalived.mail === undefined ? [] : mailLines(keepalived.mail)),
    ...rawLines(keepalived.extra.global),
  ])
}

function routerId(inventory: Inventory, lb: LoadBalancer): string {
  const { routerId: wanted } = inventory.keepalived
  if (wanted === 'name') return lb.name
  return wanted === 'address' ? lb.address : wanted.text
}

function garpLines(garp: Garp): string[] {
  const time = (value: number | undefined, unit: (milliseconds: number) => number): number | undefined =>
    value === undefined ? undefined : unit(value)
  return [
    ...setting('vrrp_garp_master_delay', time(garp.masterDelay, wholeSeconds)),
    ...setting('vrrp_garp_master_repeat', garp.masterRepeat),
    ...setting('vrrp_garp_master_refresh', time(garp.masterRefresh, wholeSeconds)),
    ...setting('vrrp_garp_master_refresh_repeat', garp.masterRefreshRepeat),
    ...setting('vrrp_garp_lower_prio_repeat', garp.lowerPrioRepeat),
    // No pause is what keepalived does by itself, and a 0 written down is refused (2.2.7).
    ...setting('vrrp_garp_interval', time(garp.interval === 0 ? undefined : garp.interval, seconds)),
    ...setting('vrrp_gna_interval', time(garp.gnaInterval === 0 ? undefined : garp.gnaInterval, seconds)),
  ]
}

function mailLines(mail: Mail): Line[] {
  return [
    ...block('notification_email', mail.to),
    `notification_email_from ${mail.from}`,
    `smtp_server ${hostAndPort(mail.server)}`,
    `smtp_connect_timeout ${wholeSeconds(mail.connectTimeout)}`,
  ]
}

/** keepalived separates a port by a space; `[…]` or a single colon says that there is one. */
function hostAndPort(server: string): string {
  const [, host, port] = /^(?:\[([^\]]+)\]|([^:]+))(?::(\d+))?$/.exec(server)?.slice(0) ?? []
  return host === undefined
    ? server.replace(/^([^:]+):(\d+)$/, '$1 $2')
    : `${host}${port === undefined ? '' : ` ${port}`}`
}
