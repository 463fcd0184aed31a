import type { Inventory } from '../model.ts'
import type { RawInventory } from '../schema/inventory.ts'
import { normaliseConnection } from './connection.ts'
import { type Context, withoutSecrets } from './context.ts'
import { normaliseCorosync } from './corosync.ts'
import { normaliseHaproxy } from './haproxy.ts'
import { normaliseKeepalived } from './keepalived.ts'
import { normaliseLoadBalancers } from './load-balancers.ts'
import { normalisePacemaker } from './pacemaker.ts'
import { normaliseVips } from './vips.ts'

/** Fills in every default and makes long and short forms one. What makes no sense is noted down in the context. */
export function normalise(raw: RawInventory, file: string, context: Context): Inventory {
  const ha = raw.ha ?? 'keepalived'
  // The words of the other engine may stand there for the way back; nobody has to have its secrets.
  const whenChosen = (engine: Inventory['ha']) => (engine === ha ? context : withoutSecrets(context))
  return {
    file,
    cluster: raw.cluster,
    ha,
    connection: normaliseConnection(raw.connection ?? {}, context),
    loadBalancers: normaliseLoadBalancers(raw, context),
    vips: normaliseVips(raw, context),
    firewall: raw.firewall ?? 'manage',
    keepalived: normaliseKeepalived(raw.keepalived ?? {}, raw, whenChosen('keepalived')),
    corosync: normaliseCorosync(raw.corosync ?? {}, whenChosen('pacemaker')),
    pacemaker: normalisePacemaker(raw.pacemaker ?? {}, whenChosen('pacemaker')),
    haproxy: normaliseHaproxy(raw.haproxy, context),
  }
}
