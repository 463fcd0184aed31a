import type { Platform } from '../platform/types.ts'
import type { Action, WantedCib, WantedFile, WantedLoad } from './action.ts'

/** One property of a resource that is not as wanted. Values are for people: no secrets. */
export interface Change {
  readonly property: string
  readonly before: string
  readonly after: string
}

/** What a look at a resource gave: nothing to do when there are no changes. */
export interface Comparison {
  readonly changes: readonly Change[]
  readonly actions: readonly Action[]
  /** A unified diff, secrets masked: where it tells more than the changes do. */
  readonly diff?: string
  /** What could not be told, and is therefore not changed: warned of. */
  readonly doubts?: readonly string[]
}

/**
 * A type of resource, as four pure functions: how to look, how to read what was seen, what differs, and what to do about it.
 * `probe` is a POSIX sh snippet that changes nothing; its exit status is its own.
 */
export interface Kind<Spec, Observed> {
  readonly kind: string
  probe(spec: Spec, platform: Platform): string
  parse(output: string, spec: Spec): Observed
  diff(spec: Spec, observed: Observed): readonly Change[]
  actions(spec: Spec, changes: readonly Change[], observed: Observed): readonly Action[]
  /** What could not be told from what was seen. */
  doubts?(spec: Spec, observed: Observed): readonly string[]
}

/** One thing with desired state on one host. */
export interface Resource {
  /** `file[/etc/haproxy/haproxy.cfg]`: the same name in code, events and messages. */
  readonly id: string
  readonly kind: string
  /** Set on files: where a diff of contents can be shown. */
  readonly file?: WantedFile
  /** `cluster`: probed on every member, and acted on through one. */
  readonly scope?: 'cluster'
  /** Set on the CIB. */
  readonly cib?: WantedCib
  /** Set on what is loaded. */
  readonly load?: WantedLoad
  probe(platform: Platform): string
  /** Throws when the probe's output is not what its parser knows: a host is believed, not guessed. */
  compare(output: string): Comparison
}

/** Binds a kind to a name and a specification. */
export function resource<Spec, Observed>(kind: Kind<Spec, Observed>, name: string, spec: Spec): Resource {
  return {
    id: `${kind.kind}[${name}]`,
    kind: kind.kind,
    probe: (platform) => kind.probe(spec, platform),
    compare(output) {
      const observed = kind.parse(output, spec)
      const changes = kind.diff(spec, observed)
      const doubts = kind.doubts?.(spec, observed) ?? []
      return {
        changes,
        actions: changes.length === 0 ? [] : kind.actions(spec, changes, observed),
        ...(doubts.length === 0 ? {} : { doubts }),
      }
    },
  }
}
