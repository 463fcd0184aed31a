import { clusterCheck } from '../../checks/cluster.ts'
import { serviceCheck } from '../../checks/service.ts'
import { vipCheck } from '../../checks/vip.ts'
import { cibResource } from '../../resources/cib/kind.ts'
import type { Role } from '../role.ts'
import { renderCib } from './render.ts'

/** pacemaker's CIB, which says what runs where, and how the cluster is judged. */
export const pacemakerRole: Role = ({ inventory, platform: { cluster, haproxy, init } }) => {
  // Refused before anything is done; nothing can be said of it.
  if ('refused' in cluster) return { resources: [], checks: [] }
  return {
    resources: [cibResource(inventory.cluster, renderCib(inventory))],
    checks: [
      ...[cluster.corosync.unit, cluster.pacemaker.unit].map((unit) => serviceCheck(unit, init.logCommand(unit))),
      clusterCheck({
        members: inventory.loadBalancers.map(({ name }) => name),
        haproxy: inventory.pacemaker.haproxy,
        unit: haproxy.unit,
        logCommand: init.logCommand(cluster.pacemaker.unit),
      }),
      ...inventory.vips.map((vip) => vipCheck(vip, 'pacemaker')),
    ],
  }
}
