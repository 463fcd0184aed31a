import type { Keepalived } from '../../inventory/model.ts'
import { block, blockIfAny, type Line } from './block.ts'
import { supports } from './features.ts'
import type { Instance } from './instances.ts'
import { trackLines } from './tracking.ts'

/** Instances that change state as one. */
export interface SyncGroup {
  readonly name: string
  readonly members: readonly Instance[]
}

/**
 * One group an interface that carries several VIPs, of both families or of one: they share every cause of failure, so
 * nothing is lost by moving them together, and there is one holder. Interfaces are not coupled with each other: a proxy
 * is no router, and a dead network must not take the VIP of a living one with it.
 */
export function syncGroups(instances: readonly Instance[], keepalived: Keepalived): SyncGroup[] {
  const interfaces = [...new Set(instances.map((one) => one.vip.interface))]
  return interfaces
    .map((name) => ({
      name: `${keepalived.instancePrefix}${name}`,
      members: instances.filter((one) => one.vip.interface === name),
    }))
    .filter((group) => group.members.length > 1)
}

/** Whether a group does the tracking of its members: inside a group, an instance's own tracking loses its weights. */
export function groupTracks(version: string): boolean {
  return supports(version, 'group-tracking')
}

export function renderSyncGroup(group: SyncGroup, keepalived: Keepalived, version: string): Line[] {
  return block(`vrrp_sync_group ${group.name}`, [
    ...block(
      'group',
      group.members.map((member) => member.vip.instance),
    ),
    ...(groupTracks(version) ? trackLines(keepalived, version, 'group') : []),
    ...(groupTracks(version) ? blockIfAny('track_interface', keepalived.trackInterfaces) : []),
  ])
}
