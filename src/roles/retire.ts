import type { Facts } from '../facts/types.ts'
import type { Inventory } from '../inventory/model.ts'
import { canonicalAddress } from '../lib/address.ts'
import type { Platform } from '../platform/types.ts'
import { clearedResource } from '../resources/cleared.ts'
import type { Resource } from '../resources/kind.ts'
import { serviceResource } from '../resources/service.ts'
import { isWrittenFor } from './corosync/ours.ts'
import { DEVICE_UNIT } from './corosync/device.ts'
import { announcedVips } from './keepalived/conversation.ts'
import type { Role } from './role.ts'

/** What the other engine left on a host that was of this cluster: stopped, and not started at boot. Nothing that serves another. */
export const retireRole: Role = ({ inventory, facts, platform }) => ({
  resources:
    inventory.ha === 'pacemaker' ? keepalived(inventory, facts, platform) : pacemaker(inventory, facts, platform),
  checks: [],
})

function keepalived(inventory: Inventory, { configs }: Facts, platform: Platform): readonly Resource[] {
  const config = configs.keepalived?.reveal() ?? ''
  const vips = inventory.vips.map(({ address }) => canonicalAddress(address))
  const isOurs =
    config.startsWith(`# Managed by ha-provision for the cluster ${inventory.cluster}:`) ||
    announcedVips(config).some((vip) => vips.includes(vip))
  return isOurs ? [serviceResource(platform.keepalived.unit, 'retired')] : []
}

/** Its CIB too: started again by hand, pacemaker would take the VIP that another has by then. */
function pacemaker(inventory: Inventory, { configs }: Facts, { cluster }: Platform): readonly Resource[] {
  const conf = configs.corosync?.reveal()
  if ('refused' in cluster || !isWrittenFor(conf, inventory)) return []
  return [
    serviceResource(cluster.pacemaker.unit, 'retired'),
    ...(/^\s*device\s*\{/m.test(conf ?? '') ? [serviceResource(DEVICE_UNIT, 'retired')] : []),
    serviceResource(cluster.corosync.unit, 'retired'),
    clearedResource({ folder: cluster.pacemaker.cib, units: [], unless: undefined }),
  ]
}
