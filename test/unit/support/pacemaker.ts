import type { Facts } from '../../../src/facts/types.ts'
import type { Inventory } from '../../../src/inventory/model.ts'
import { Secret } from '../../../src/lib/secret.ts'
import { factsOf } from './facts.ts'
import { inventoryOf } from './inventory.ts'

/** The inventory of `inventoryOf` with the other engine. */
export function pacemakerInventory(more: Parameters<typeof inventoryOf>[0] = {}): Inventory {
  return { ...inventoryOf(more), ha: 'pacemaker' }
}

/** A load balancer with everything of `ha: pacemaker` installed, and what stands in its files. */
export function clusterFacts(
  host: string,
  files: {
    readonly conf?: string | undefined
    readonly authkey?: string | undefined
    readonly keepalived?: string
  } = {},
  more: Partial<Facts> = {},
): Facts {
  const secret = (value: string | undefined) => (value === undefined ? undefined : new Secret(value))
  return factsOf(host, {
    versions: {
      haproxy: { version: '2.6.12', installed: true },
      keepalived: { version: '2.2.7', installed: false },
      corosync: { version: '3.1.7', installed: true },
      pacemaker: { version: '2.1.5', installed: true },
    },
    configs: {
      keepalived: secret(files.keepalived),
      haproxy: undefined,
      corosync: secret(files.conf),
      authkey: secret(files.authkey),
    },
    ...more,
  })
}
