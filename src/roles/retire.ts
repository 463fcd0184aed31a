import type { Check } from '../checks/check.ts'
import { otherClusterCheck } from '../checks/other-cluster.ts'
import type { Facts } from '../facts/types.ts'
import type { Inventory } from '../inventory/model.ts'
import { canonicalAddress } from '../lib/address.ts'
import type { Platform } from '../platform/types.ts'
import { clearedResource } from '../resources/cleared.ts'
import type { Resource } from '../resources/kind.ts'
import { overrideResource } from '../resources/override.ts'
import { serviceResource } from '../resources/service.ts'
import { belongingOf, calledCluster, clusterWrittenFor, isWrittenFor } from './corosync/ours.ts'
import { DEVICE_UNIT } from './corosync/device.ts'
import { announcedVips } from './keepalived/conversation.ts'
import type { Role } from './role.ts'

/** What the other engine left on a host that was of this cluster: stopped, and not started at boot. Nothing that serves another. */
export const retireRole: Role = ({ inventory, facts, platform }) =>
  inventory.ha === 'pacemaker'
    ? { resources: keepalived(inventory, facts, platform), checks: [] }
    : { resources: pacemaker(inventory, facts, platform), checks: others(inventory, facts, platform) }

function keepalived(inventory: Inventory, { configs }: Facts, platform: Platform): readonly Resource[] {
  const config = configs.keepalived?.reveal() ?? ''
  const vips = inventory.vips.map(({ address }) => canonicalAddress(address))
  const isOurs =
    config.startsWith(`# Managed by ha-provision for the cluster ${inventory.cluster}:`) ||
    announcedVips(config).some((vip) => vips.includes(vip))
  return isOurs ? [serviceResource(platform.keepalived.unit, 'retired')] : []
}

/** Its CIB too: started again by hand, pacemaker would take the VIP that another has by then. */
function pacemaker(
  inventory: Inventory,
  { configs }: Facts,
  { cluster, haproxy, init }: Platform,
): readonly Resource[] {
  const units =
    'refused' in cluster || !isWrittenFor(configs.corosync?.reveal(), inventory)
      ? []
      : [
          serviceResource(cluster.pacemaker.unit, 'retired'),
          // It would bring corosync back.
          serviceResource(DEVICE_UNIT, 'retired'),
          serviceResource(cluster.corosync.unit, 'retired'),
          clearedResource({ folder: cluster.pacemaker.cib, units: [], unless: undefined }),
        ]
  // Whoever's pacemaker it was: it does not run any more, or is refused.
  return [...units, ...(init.name === 'systemd' ? [overrideResource(haproxy.unit)] : [])]
}

/** A cluster that is not ours to end, if there is one. */
function others(inventory: Inventory, { configs }: Facts, { cluster, init }: Platform): readonly Check[] {
  const conf = configs.corosync?.reveal() ?? ''
  const belonging = belongingOf(conf, inventory)
  if (belonging === 'none' || belonging === 'stock' || isWrittenFor(conf, inventory)) return []
  const how = init.name === 'systemd' ? "run 'systemctl disable --now pacemaker corosync'" : 'stop and disable them'
  const takeOver = 'refused' in cluster || belonging === 'foreign' ? '' : 'write ha: pacemaker to take it over, or '
  const made = clusterWrittenFor(conf)
  // Another name in the inventory is more often a slip than another cluster, and what ends pacemaker ends haproxy with it.
  if (made !== undefined && belonging === 'ours')
    return [
      otherClusterCheck({
        called: `${calledCluster(conf)}, which ha-provision made`,
        mend: `write cluster: ${made} and ha: pacemaker if it is this one; else ${how} there, which ends haproxy too`,
      }),
    ]
  return [otherClusterCheck({ called: calledCluster(conf), mend: `${takeOver}${how} there` })]
}
