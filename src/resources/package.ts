import { HostError } from '../lib/errors.ts'
import type { WantedPackage } from '../platform/types.ts'
import { resource, type Kind, type Resource } from './kind.ts'

interface PackageSpec extends WantedPackage {
  /** Units its installation would start, held back until they are configured. */
  readonly holdUnits: readonly string[]
}

/** `*` stands for any text. An epoch and a revision (`1:2.2.7-1`) count only where the pattern names them: nobody knows them by heart. */
function matches(installed: string, pattern: string): boolean {
  const version = pattern.includes(':') ? installed : installed.replace(/^\d+:/, '')
  const parts = pattern.split('*').map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(`^${parts.join('.*')}(-[^-]*)?$`).test(version)
}

/** Installed, in the wanted version where one is wanted. Observed is the installed version. */
export const packageKind: Kind<PackageSpec, string | undefined> = {
  kind: 'package',
  probe: (spec, platform) => platform.packages.query(spec.name),
  parse(output, spec) {
    const [status, version] = output.trim().split(/\s+/)
    if (status === 'absent') return undefined
    if (status === 'installed' && version !== undefined) return version
    throw new HostError(`package ${spec.name}: unexpected answer '${output.trim()}'`)
  },
  diff(spec, observed) {
    if (observed === undefined) return [{ property: 'version', before: 'absent', after: spec.version ?? 'installed' }]
    if (spec.version === undefined || matches(observed, spec.version)) return []
    return [{ property: 'version', before: observed, after: spec.version }]
  },
  actions: (spec) => [
    { do: 'install', packages: [{ name: spec.name, version: spec.version }], holdUnits: spec.holdUnits },
  ],
}

/** A package that shall be installed. */
export function packageResource(spec: PackageSpec): Resource {
  return resource(packageKind, spec.name, spec)
}
