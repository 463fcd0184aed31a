import { clusterCheck } from '../../checks/cluster.ts'
import { fenceAgentsCheck } from '../../checks/fence-agents.ts'
import { serviceCheck } from '../../checks/service.ts'
import { vipCheck } from '../../checks/vip.ts'
import { text } from '../../lib/secret.ts'
import { cibResource } from '../../resources/cib/kind.ts'
import { rootFile } from '../../resources/file.ts'
import type { Role } from '../role.ts'
import { renderCib } from './render.ts'

/** pacemaker's CIB, which says what runs where, and how the cluster is judged. */
export const pacemakerRole: Role = ({ inventory, platform: { cluster, haproxy, init } }) => {
  // Refused before anything is done; nothing can be said of it.
  if ('refused' in cluster) return { resources: [], checks: [] }
  const { corosync, pacemaker } = cluster
  const { fencing } = inventory.pacemaker
  return {
    resources: [
      rootFile(cluster.haproxy.dropIn.path, text`${cluster.haproxy.dropIn.content}`),
      cibResource(inventory.cluster, renderCib(inventory)),
    ],
    checks: [
      serviceCheck(corosync.unit, init.logCommand(corosync.unit), 'corosync does not run'),
      serviceCheck(
        pacemaker.unit,
        init.logCommand(pacemaker.unit),
        'pacemaker does not run',
        // systemd stops it with corosync, which it requires.
        'corosync does not run',
      ),
      clusterCheck({
        members: inventory.loadBalancers.map(({ name }) => name),
        haproxy: inventory.pacemaker.haproxy,
        unit: haproxy.unit,
        logCommand: init.logCommand(pacemaker.unit),
      }),
      ...(fencing.kind === 'devices' ? [fenceAgentsCheck(fencing.devices.map(({ agent }) => agent))] : []),
      ...inventory.vips.map((vip) => vipCheck(vip, 'pacemaker')),
    ],
  }
}
