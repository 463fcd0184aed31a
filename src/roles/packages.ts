import { text } from '../lib/secret.ts'
import { rootFile } from '../resources/file.ts'
import type { Resource } from '../resources/kind.ts'
import { packageResource } from '../resources/package.ts'
import type { Role } from './role.ts'

/** The programs, held back from starting until they are configured. Their own play: what they can do is known only when they are there. */
export const packagesRole: Role = ({ inventory, facts, platform }) => ({
  resources: [
    ...repository(platform.repository?.(facts.repositories)),
    packageResource({
      name: platform.haproxy.package,
      version: inventory.haproxy.version,
      holdUnits: [platform.haproxy.unit],
    }),
    packageResource({
      name: platform.keepalived.package,
      version: inventory.keepalived.version,
      holdUnits: [platform.keepalived.unit],
    }),
  ],
  checks: [],
})

function repository(missing: { readonly path: string; readonly content: string } | undefined): readonly Resource[] {
  return missing === undefined ? [] : [rootFile(missing.path, text`${missing.content}`)]
}
