import type { Secret } from '../lib/secret.ts'

/** corosync: who is a member, and whether enough of them are there. Durations are milliseconds. */
export interface Corosync {
  /** The key of the members, as base64 of its 128 to 4096 bytes. */
  readonly authkey: 'generate' | Secret
  /** How long a member may be silent before it counts as lost. */
  readonly token: number
  readonly cipher: 'aes256' | 'aes192' | 'aes128' | 'none'
  readonly hash: 'sha256' | 'sha384' | 'sha512' | 'sha1' | 'md5' | 'none'
  /** The UDP port of the first link; each further link has the next one. */
  readonly port: number
  /** What breaks a tie from outside; undefined where there is none. */
  readonly device: QuorumDevice | undefined
  /** Raw lines of the `totem` and `quorum` sections, and of the file's end. */
  readonly extra: { readonly totem: string; readonly quorum: string; readonly file: string }
  /** The package's version, `*` for any text; the newest there is when undefined. */
  readonly version: string | undefined
}

export interface QuorumDevice {
  /** Where its qnetd listens. */
  readonly host: string
  readonly port: number | undefined
  readonly algorithm: 'ffsplit' | 'lms'
  readonly tls: 'off' | 'on' | 'required'
}

/** pacemaker: what runs where. Durations are milliseconds. */
export interface Pacemaker {
  /** `everywhere`: haproxy runs on all members, and the VIP is where it runs well. `with-vip`: only on the one that holds the VIP. */
  readonly haproxy: 'everywhere' | 'with-vip'
  readonly fencing: Fencing
  readonly quorumPolicy: 'stop' | 'freeze' | 'demote' | 'suicide' | 'ignore'
  readonly stickiness: number
  /** Failures on a member before it is left; 0: never. */
  readonly migrationThreshold: number
  /** After how long a failure is forgotten; 0: never. */
  readonly failureTimeout: number
  readonly vip: Operations
  readonly haproxyOperations: Operations
  /** Further cluster properties, by name. */
  readonly properties: ReadonlyMap<string, string>
  /** Take away what others put into the CIB. */
  readonly purge: boolean
  readonly version: string | undefined
}

/** How a resource is started, watched and stopped. */
export interface Operations {
  readonly monitor: { readonly interval: number; readonly timeout: number }
  readonly startTimeout: number
  readonly stopTimeout: number
  /** What a failed monitor does; `restart` is pacemaker's own. */
  readonly onFail: 'restart' | 'standby' | 'fence' | 'ignore' | 'block' | 'stop'
}

export type Fencing =
  /** `explicit`: the inventory says so; it is warned of either way. */
  | { readonly kind: 'none'; readonly explicit: boolean }
  | { readonly kind: 'devices'; readonly devices: readonly FencingDevice[] }

export interface FencingDevice {
  readonly name: string
  /** `fence_ipmilan`. */
  readonly agent: string
  readonly options: ReadonlyMap<string, string | Secret>
  /** The load balancers it can fence; all when empty. */
  readonly hosts: readonly string[]
  /** How often it is asked whether it is there. */
  readonly monitorInterval: number
}
