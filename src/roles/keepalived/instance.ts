import type { Facts } from '../../facts/types.ts'
import type { Inventory, LoadBalancer, Notify, Vip } from '../../inventory/model.ts'
import { type Secret, text } from '../../lib/secret.ts'
import { block, blockIfAny, type Line, rawLines, seconds, secretWord, setting } from './block.ts'
import { supports } from './features.ts'
import type { Instance } from './instances.ts'
import { prefixOf } from './prefix.ts'
import { trackLines } from './tracking.ts'

/** What an instance needs to know beside itself. */
export interface InstanceContext {
  readonly inventory: Inventory
  readonly lb: LoadBalancer
  readonly facts: Facts
  readonly authPass: Secret | undefined
  /** Its sync group does the tracking. */
  readonly trackedByGroup: boolean
}

export function renderInstance(instance: Instance, context: InstanceContext): Line[] {
  const { inventory, lb, facts, trackedByGroup } = context
  const { keepalived } = inventory
  const { version } = facts.versions.keepalived
  const { vip } = instance
  const through = spokenThrough(instance, context)
  return block(`vrrp_instance ${vip.instance}`, [
    `state ${lb.state}`,
    `interface ${through}`,
    `virtual_router_id ${vip.virtualRouterId}`,
    `priority ${lb.priority}`,
    `advert_int ${seconds(keepalived.advertInterval)}`,
    ...(keepalived.preempt ? [] : ['nopreempt']),
    ...setting(
      'preempt_delay',
      keepalived.preempt && keepalived.preemptDelay > 0 ? seconds(keepalived.preemptDelay) : undefined,
    ),
    ...unicastLines(instance, lb, version),
    ...authenticationLines(instance, context.authPass),
    ...block('virtual_ipaddress', [addressLine(vip, context)]),
    ...blockIfAny(
      'virtual_ipaddress_excluded',
      instance.riders.map((rider) => addressLine(rider, context)),
    ),
    ...trackLines(keepalived, version, trackedByGroup ? 'member' : 'alone'),
    ...blockIfAny('track_interface', otherInterfaces(instance, context, through)),
    ...notifyLines(keepalived.notify),
    ...(keepalived.mail?.alert === true ? ['smtp_alert'] : []),
    ...rawLines(keepalived.extra.instance),
  ])
}

/**
 * The interface that adverts go through. keepalived binds its socket to it, so in unicast it has to be the one with this
 * member's own address, which need not be the one that carries the VIP (topology 3.1 has a VLAN for the VIP alone).
 */
function spokenThrough({ vip, peers }: Instance, { lb, facts }: InstanceContext): string {
  const own = facts.interfaces.find((one) => one.addresses.some(({ address }) => address === lb.address))
  return peers === undefined ? vip.interface : (own?.name ?? vip.interface)
}

/** Interfaces whose loss is a fault although the adverts do not go through them. */
function otherInterfaces(
  { vip, riders }: Instance,
  { inventory, trackedByGroup }: InstanceContext,
  through: string,
): string[] {
  const carrying = [vip, ...riders].map((one) => one.interface).filter((name) => name !== through)
  return [...new Set([...carrying, ...(trackedByGroup ? [] : inventory.keepalived.trackInterfaces)])]
}

function unicastLines({ peers }: Instance, lb: LoadBalancer, version: string): Line[] {
  if (peers === undefined) return []
  return [
    `unicast_src_ip ${lb.address}`,
    ...block(
      'unicast_peer',
      peers.map((peer) => `${peer.address} # ${peer.name}`),
    ),
    // Peers that are ignored for some mistake must not turn into multicast without a word.
    ...(supports(version, 'fault-without-peers') ? ['unicast_fault_no_peer'] : []),
  ]
}

/** Only version 2 has authentication, and only eight characters of it (RFC 3768 took it out; keepalived.conf(5)). */
function authenticationLines(instance: Instance, authPass: Secret | undefined): Line[] {
  if (authPass === undefined || instance.version !== 2) return []
  return block('authentication', ['auth_type PASS', text`auth_pass ${secretWord(authPass)}`])
}

function addressLine(vip: Vip, { inventory, facts }: InstanceContext): string {
  const prefix = prefixOf(vip, inventory, facts)
  const address = prefix === undefined ? vip.address : `${vip.address}/${prefix}`
  return [address, 'dev', vip.interface, ...setting('label', vip.label)].join(' ')
}

function notifyLines(notify: Notify): string[] {
  const line = (keyword: string, script: string | undefined): string[] =>
    setting(keyword, script === undefined ? undefined : `"${script}"`)
  return [
    ...line('notify_master', notify.master),
    ...line('notify_backup', notify.backup),
    ...line('notify_fault', notify.fault),
    ...line('notify_stop', notify.stop),
    ...line('notify', notify.any),
  ]
}
