import { HaError } from '../lib/errors.ts'
import { platforms } from './index.ts'
import type { Platform, Release } from './types.ts'

/** What a host says of itself, as far as it decides the platform. */
export interface HostSystem {
  readonly os: {
    readonly id: string
    readonly idLike: readonly string[]
    readonly version: string
    readonly name: string
  }
  readonly init: string
  /** Programs that were looked for and are there. */
  readonly programs: readonly string[]
}

/** The platform of a host. `note`: it was taken for something it does not say it is. */
export interface Choice {
  readonly platform: Platform
  readonly release: Release
  readonly note: string | undefined
}

/**
 * The platform that stands for the host's distribution, or for one it says it is like; its init system must run and its package
 * manager be there. Undefined when there is none, or when the version is older than any that is known.
 */
export function choosePlatform({ os, init, programs }: HostSystem): Choice | undefined {
  const fitting = platforms.filter(
    (platform) => platform.init.name === init && programs.includes(platform.packages.program),
  )
  const own = releaseOf(fitting, os.id, os.version)
  if (own !== undefined) return { ...own, note: own.isKnown ? undefined : newerNote(os.name, own.release) }
  // A version of our own that is too old is refused: what it is like would be no better.
  if (platforms.some(({ releases }) => releases.some(({ id }) => id === os.id))) return undefined
  for (const like of os.idLike) {
    const platform = fitting.find(({ releases }) => releases.some(({ id }) => id === like))
    const release = platform?.releases.findLast(({ id }) => id === like)
    if (platform !== undefined && release !== undefined) {
      return {
        platform,
        release,
        note: `${os.name} is taken for ${titleOf(release)}, because it says it is like ${like}`,
      }
    }
  }
  return undefined
}

/** A release by its name, `debian-12`. Throws HaError that lists them all. */
export function releaseNamed(name: string): { readonly platform: Platform; readonly release: Release } {
  const all = platforms.flatMap((platform) => platform.releases.map((release) => ({ platform, release })))
  const named = ({ release }: (typeof all)[number]) => `${release.id}-${release.version}`
  const found = all.find((one) => named(one) === name)
  if (found !== undefined) return found
  throw new HaError(`${name} is not a distribution that is known`, {
    mend: `name one of: ${all.map(named).join(', ')}`,
  })
}

/** Every distribution that is supported, for a refusal: `debian 11, 12, 13 (apt-get, systemd); …`. */
export function supportedSystems(): string {
  return platforms
    .map(({ releases, packages, init }) => {
      const ids = [...new Set(releases.map(({ id }) => id))]
      const each = ids.map(
        (id) =>
          `${id} ${releases
            .filter((one) => one.id === id)
            .map(({ version }) => version)
            .join(', ')}`,
      )
      return `${each.join('; ')} (with ${packages.program} and ${init.name})`
    })
    .join('; ')
}

/** The release with the host's version; else the newest that is not newer than it, or of all where it is not told (a rolling one). */
function releaseOf(
  fitting: readonly Platform[],
  id: string,
  version: string,
): { readonly platform: Platform; readonly release: Release; readonly isKnown: boolean } | undefined {
  for (const platform of fitting) {
    const releases = platform.releases.filter((one) => one.id === id)
    const exact = releases.find((one) => isWithin(version, one.version))
    if (exact !== undefined) return { platform, release: exact, isKnown: true }
  }
  for (const platform of fitting) {
    const newest = platform.releases.findLast(
      (one) => one.id === id && (version === '' || compare(version, one.version) > 0),
    )
    if (newest !== undefined) return { platform, release: newest, isKnown: false }
  }
  return undefined
}

/** `9.4` is within `9`, `22.04` within `22.04`, `3.22_alpha20250108` within `3.22`, `12` not within `1`. */
function isWithin(version: string, release: string): boolean {
  return version === release || version.startsWith(`${release}.`) || version.startsWith(`${release}_`)
}

/** Versions as numbers between dots; positive when `a` is the newer one. */
function compare(a: string, b: string): number {
  const [left, right] = [a, b].map((version) => version.split('.').map((part) => Number.parseInt(part, 10)))
  const length = Math.max(left?.length ?? 0, right?.length ?? 0)
  for (let at = 0; at < length; at += 1) {
    const difference = (left?.[at] ?? 0) - (right?.[at] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}

function newerNote(name: string, release: Release): string {
  return `${name} is not known: it is taken for ${titleOf(release)}`
}

function titleOf({ id, version }: Release): string {
  return `${id} ${version}`
}
