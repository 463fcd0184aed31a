import type { Secret, Text } from '../lib/secret.ts'
import type { XmlElement } from '../lib/xml.ts'
import type { FirewallName, Gap, Opening } from '../platform/firewall/types.ts'
import type { WantedPackage } from '../platform/types.ts'

/**
 * Everything that can be done to a host, as data. The engine's interpreter is the only one that does it;
 * a plan is made of the same values and can therefore not change anything.
 */
export type Action =
  | {
      readonly do: 'install'
      readonly packages: readonly WantedPackage[]
      /** Units that must not start before they are configured. */ readonly holdUnits: readonly string[]
    }
  | { readonly do: 'user'; readonly name: string }
  | { readonly do: 'write'; readonly file: WantedFile }
  | {
      readonly do: 'attributes'
      readonly path: string
      readonly mode: string
      readonly owner: string
      readonly group: string
    }
  | { readonly do: 'remove'; readonly path: string }
  /** Enables the section of that id in a package manager's file. */
  | { readonly do: 'repository'; readonly path: string; readonly id: string }
  | {
      readonly do: 'open'
      readonly manager: FirewallName
      readonly opening: Opening
      readonly gaps: readonly Gap[]
    }
  | { readonly do: 'selinux-boolean'; readonly name: string }
  | { readonly do: 'selinux-port'; readonly port: number; readonly label: string }
  | { readonly do: 'sysctl'; readonly key: string; readonly value: string }
  | { readonly do: 'enable' | 'disable' | 'unmask' | 'start' | 'stop'; readonly unit: string }
  /** Brings the CIB that was looked at (its version in `from`) to new text; refused when another has changed it since. */
  | { readonly do: 'cib'; readonly from: string; readonly content: Text }
  /** Tells pacemaker to leave everything as it is, or no longer to. */
  | { readonly do: 'maintenance'; readonly on: boolean }
  /** Takes a member that has left out of the CIB. It does not run any more: pacemaker does not ask. */
  | { readonly do: 'forget-node'; readonly node: string }
  /** How many votes there are from now on: after a member of several that leave has been stopped. */
  | { readonly do: 'expect-votes'; readonly votes: number }
  /** A first CIB, for a pacemaker that has none. */
  | { readonly do: 'seed-cib'; readonly folder: string }
  /** Takes a CIB away that is of another cluster, or of none any more. Its daemons do not run. */
  | { readonly do: 'clear-cib'; readonly folder: string }
  /** Lets pacemaker forget failed actions, on all members, and waits until it has done what follows from that. */
  | { readonly do: 'cleanup' }
  | { readonly do: 'reread-units'; readonly unit: string }
  | { readonly do: 'load'; readonly load: WantedLoad }
  /** It runs with its files already, and nobody wrote that down. */
  | { readonly do: 'record'; readonly load: WantedLoad }
  /** `stop`: the unit did not run before, and shall not now. */
  | { readonly do: 'put-back'; readonly load: WantedLoad; readonly paths: readonly string[]; readonly stop: boolean }

export interface WantedFile {
  readonly path: string
  readonly content: Text
  /** `base64`: the content stands for other bytes. */
  readonly encoding?: 'base64'
  /** Octal, four digits: `0644`. */
  readonly mode: string
  readonly owner: string
  readonly group: string
  /** The program that judges the staged file. */
  readonly validate: Judge | undefined
  /** One capture group each, the secret: masks what stands in the file now, ours or hand-made. */
  readonly sensitive: readonly RegExp[]
  /** The unit that reads it: when the unit does not come up with it, the version that ran before is put back. */
  readonly unit: string | undefined
}

/** What a cluster's CIB shall have. */
export interface WantedCib {
  /** The elements of `configuration` that are ours, complete; what is secret in them is a mask, and stands in `secrets`. */
  readonly configuration: XmlElement
  /** The secret values by their masks. */
  readonly secrets: ReadonlyMap<string, Secret>
  /** Take away what others made. */
  readonly purge: boolean
}

/** A unit that shall run with exactly these files. */
export interface WantedLoad {
  readonly unit: string
  /** sha256 of the wanted bytes by path, in a stable order. */
  readonly files: readonly { readonly path: string; readonly sha256: string }[]
  /** What makes it read its files again, where that is not its init system's reload. */
  readonly reload?: string
  /** The same where another member's reload has made it read its files: what succeeds when it has. */
  readonly followed?: string
  /** `cluster`: whether it runs is decided elsewhere; it is reloaded where it does, and started nowhere. */
  readonly startedBy?: 'cluster'
  /** A reload is good when the main process has a new child afterwards (haproxy's master and worker), or is a new one itself (no master). */
  readonly provedBy: 'new-child' | 'new-main' | 'main-process'
}

/** A command that judges a file. `%s` among its words is the file's path. */
export interface Judge {
  readonly words: readonly string[]
  /** Exit statuses that mean a good file. */
  readonly good: readonly number[]
  /** A good file makes it say nothing: for a program whose status alone cannot be believed. */
  readonly silent: boolean
}
