import type { Facts } from '../facts/types.ts'
import type { Inventory } from '../inventory/model.ts'
import { text } from '../lib/secret.ts'
import type { Platform } from '../platform/types.ts'
import { rootFile } from '../resources/file.ts'
import type { Resource } from '../resources/kind.ts'
import { packageResource } from '../resources/package.ts'
import { repositoryResource } from '../resources/repository.ts'
import { DEVICE_UNIT } from './corosync/device.ts'
import type { Role } from './role.ts'

/** The programs, held back from starting until they are configured. Their own play: what they can do is known only when they are there. */
export const packagesRole: Role = ({ inventory, facts, platform }) => ({
  resources: [
    ...repositories(inventory, facts, platform),
    packageResource({
      name: platform.haproxy.package,
      version: inventory.haproxy.version,
      holdUnits: [platform.haproxy.unit],
    }),
    ...(inventory.ha === 'pacemaker' ? cluster(inventory, platform) : keepalived(inventory, platform)),
  ],
  checks: [],
})

function keepalived({ keepalived: { version } }: Inventory, platform: Platform): readonly Resource[] {
  return [packageResource({ name: platform.keepalived.package, version, holdUnits: [platform.keepalived.unit] })]
}

function cluster({ corosync, pacemaker }: Inventory, { cluster: programs }: Platform): readonly Resource[] {
  if ('refused' in programs) return []
  const { packages } = programs
  const others = [...packages.others, ...(pacemaker.fencing.kind === 'devices' ? [packages.fencing] : [])]
  return [
    packageResource({ name: packages.corosync, version: corosync.version, holdUnits: [programs.corosync.unit] }),
    packageResource({ name: packages.pacemaker, version: pacemaker.version, holdUnits: [programs.pacemaker.unit] }),
    ...others.map((name) => packageResource({ name, version: undefined, holdUnits: [] })),
    ...(corosync.device === undefined
      ? []
      : [packageResource({ name: DEVICE_UNIT, version: undefined, holdUnits: [DEVICE_UNIT] })]),
  ]
}

function repositories({ ha }: Inventory, facts: Facts, { repository }: Platform): readonly Resource[] {
  const wanted = repository?.(facts, ha)
  if (wanted === undefined) return []
  if ('content' in wanted) return [rootFile(wanted.path, text`${wanted.content}`)]
  return [repositoryResource(wanted.name, wanted.section)]
}
