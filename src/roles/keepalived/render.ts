import type { Facts } from '../../facts/types.ts'
import type { Inventory, LoadBalancer } from '../../inventory/model.ts'
import { Text } from '../../lib/secret.ts'
import type { ClusterSecrets } from '../secrets.ts'
import { joinLines, rawLines } from './block.ts'
import { renderGlobalDefs } from './global-defs.ts'
import { renderInstance } from './instance.ts'
import { instancesOf } from './instances.ts'
import { debian } from '../../platform/debian.ts'
import type { KeepalivedPaths } from './paths.ts'
import { groupTracks, renderSyncGroup, syncGroups } from './sync-group.ts'
import { renderTracked } from './tracking.ts'

/** keepalived.conf of one load balancer. The same input gives the same bytes. */
export function renderKeepalived(
  inventory: Inventory,
  lb: LoadBalancer,
  facts: Facts,
  secrets: ClusterSecrets,
  paths: KeepalivedPaths = debian.keepalived,
): Text {
  const { keepalived, cluster } = inventory
  const { version } = facts.versions.keepalived
  const authPass = keepalived.authPass === 'none' ? undefined : secrets.vrrpAuthPass
  const instances = instancesOf(inventory, lb)
  const groups = syncGroups(instances, keepalived)
  const sections = [
    [`# Managed by ha-provision for the cluster ${cluster}: changes made here are overwritten.`],
    renderGlobalDefs(inventory, lb),
    ...renderTracked(keepalived, paths.checkScript, version),
    ...groups.map((group) => renderSyncGroup(group, keepalived, version)),
    ...instances.map((instance) => {
      const trackedByGroup = groupTracks(version) && groups.some((group) => group.members.includes(instance))
      return renderInstance(instance, { inventory, lb, facts, authPass, trackedByGroup })
    }),
    ...[rawLines(keepalived.extra.file)].filter((lines) => lines.length > 0),
  ]
  return Text.join([Text.join(sections.map(joinLines), '\n\n'), '\n'])
}
