import type { HostKey, Target } from '../connection/types.ts'
import type { Facts } from '../facts/types.ts'
import type { Change } from '../resources/kind.ts'

/** How a host's resource ended, for the summary. */
export type ResourceOutcome = 'unchanged' | 'changed' | 'failed' | 'not done'

/** What a check found. `not-checked` is never a pass: it says why it could not be asked. */
export type CheckStatus = 'passed' | 'failed' | 'warning' | 'not-checked'

/** How root's rights were got on a host. */
export type Rise = 'already root' | 'sudo' | 'sudo with password' | 'doas' | 'su'

/** A resource of a host that is not as wanted. */
export interface PlannedResource {
  /** `file[/etc/haproxy/haproxy.cfg]`. */
  readonly id: string
  readonly changes: readonly Change[]
  /** A unified diff of a file, secrets masked. */
  readonly diff?: string | undefined
}

/** A setting of how a machine is reached, and who said so. */
export interface ReachSetting {
  /** In the words of inventories. */
  readonly name: string
  /** Null where there is none. A secret is only `given`. */
  readonly value: string | number | boolean | readonly string[] | null
  readonly from: 'inventory' | 'ssh_config' | 'environment' | 'default'
  /** The path in the inventory, the keyword of ssh_config, or the variable; undefined for a default. */
  readonly where: string | undefined
  /** Why, where it was chosen for a reason. */
  readonly why: string | undefined
}

/** A member in one look. */
export interface MemberState {
  readonly host: string
  /**
   * With pacemaker, how it is in the cluster as the others see it; with keepalived, whether that runs. `out of sight`: it could not be
   * reached, and nobody in sight knows.
   */
  readonly state:
    | 'online'
    | 'standby'
    | 'maintenance'
    | 'joining'
    | 'offline'
    | 'unclean'
    | 'no node'
    | 'runs'
    | 'does not run'
    | 'out of sight'
  /** Whether it has quorum; undefined with keepalived, and where it is not known. */
  readonly quorum: boolean | undefined
  /** Whether haproxy runs there; undefined where it is not known. */
  readonly haproxy: boolean | undefined
  /** The VIPs it holds, by name; undefined where it is not known. */
  readonly vips: readonly string[] | undefined
}

export interface ClusterState {
  readonly dc: string | undefined
  readonly maintenance: boolean
  readonly failures: readonly {
    readonly resource: string
    readonly node: string
    readonly operation: string
    readonly reason: string
    readonly when: string
  }[]
}

/**
 * Everything a run tells, in the order it happens. Views, JSON lines and tests read nothing else.
 * No event holds a secret. Durations are seconds.
 */
export type Event =
  | {
      readonly type: 'run-started'
      readonly command: string
      readonly cluster: string
      readonly hosts: readonly string[]
    }
  | { readonly type: 'doing'; readonly host: string; readonly what: string }
  | { readonly type: 'connected'; readonly host: string; readonly seconds: number }
  | { readonly type: 'unreachable'; readonly host: string; readonly message: string; readonly mend: string | undefined }
  | { readonly type: 'warning'; readonly message: string }
  /** Nothing is wrong, and good to know. About all hosts when it names none. */
  | { readonly type: 'note'; readonly hosts: readonly string[]; readonly message: string }
  /** How a host or jump host would be reached. */
  | {
      readonly type: 'connection'
      readonly host: string
      /** The hosts that are reached through it; empty for a host. */
      readonly before: readonly string[]
      readonly settings: readonly ReachSetting[]
    }
  | { readonly type: 'facts'; readonly host: string; readonly facts: Facts }
  | {
      readonly type: 'ping'
      readonly host: string
      /** `no root`: it lets us in, and does not give root's rights. */
      readonly state: 'well' | 'no root' | 'unreachable'
      readonly user: string
      /** The jump hosts, the nearest first; none: straight there. */
      readonly way: readonly string[]
      readonly transport: Target['transport']
      readonly hostKey: HostKey | undefined
      readonly roundTrip: number | undefined
      readonly become: Rise | undefined
      readonly problem: { readonly message: string; readonly mend: string | undefined } | undefined
    }
  /** The cluster in one look: who is in it, what runs there, who holds what. */
  | {
      readonly type: 'status'
      readonly ha: 'keepalived' | 'pacemaker'
      readonly members: readonly MemberState[]
      /** Undefined with keepalived, and where no member's pacemaker answers. */
      readonly cluster: ClusterState | undefined
    }
  | {
      readonly type: 'planned'
      readonly host: string
      readonly total: number
      readonly resources: readonly PlannedResource[]
    }
  | { readonly type: 'order'; readonly steps: readonly string[]; readonly notes: readonly string[] }
  | { readonly type: 'locked'; readonly hosts: readonly string[] }
  | { readonly type: 'action-started'; readonly host: string; readonly resource: string; readonly what: string }
  | { readonly type: 'action-staged'; readonly host: string; readonly resource: string }
  | {
      readonly type: 'action-done'
      readonly host: string
      readonly resource: string
      readonly what: string
      readonly seconds: number
    }
  | {
      readonly type: 'action-failed'
      readonly host: string
      readonly resource: string
      readonly what: string
      readonly message: string
    }
  | { readonly type: 'put-back'; readonly host: string; readonly what: string }
  | { readonly type: 'waiting'; readonly what: string }
  | {
      readonly type: 'check'
      readonly check: string
      readonly host: string | undefined
      readonly status: CheckStatus
      readonly message: string
    }
  | {
      readonly type: 'host-done'
      readonly host: string
      readonly resources: Readonly<Record<string, ResourceOutcome>>
      readonly executions: number
      readonly seconds: number
    }
  | { readonly type: 'unlocked'; readonly hosts: readonly string[] }
  | {
      readonly type: 'error'
      readonly host: string | undefined
      readonly message: string
      readonly mend: string | undefined
    }
  | {
      readonly type: 'finished'
      readonly command: string
      readonly outcome:
        | 'done'
        | 'nothing to do'
        | 'changes'
        | 'changes refused'
        | 'failed'
        | 'not verified'
        | 'unreachable'
        | 'interrupted'
      readonly exitCode: number
      readonly changed: number
      readonly failed: number
      readonly hosts: number
      readonly executions: number
      readonly seconds: number
    }

/** Where events go. */
export type Emit = (event: Event) => void
