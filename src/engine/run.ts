import type { Connection, Target } from '../connection/types.ts'
import type { Member } from '../facts/types.ts'
import type { Inventory } from '../inventory/model.ts'
import { type HaError, InterruptedError } from '../lib/errors.ts'
import type { Playbook } from '../playbook/playbook.ts'
import type { Dial } from './ask.ts'
import type { Emit } from './events.ts'

/** One run over one inventory: what it works with, and what it may do. */
export interface Run {
  readonly inventory: Inventory
  readonly playbook: Playbook
  /** Whom the run was to reach, in the order of the inventory. */
  readonly targets: readonly Target[]
  /** Why the others were not reached; `where` is who. */
  readonly missing: readonly HaError[]
  /** The members that could be reached, by name. */
  readonly connections: ReadonlyMap<string, Connection>
  /** A member that has left the inventory; undefined when it cannot be reached. */
  readonly connectMember: (member: Member) => Promise<Connection | undefined>
  readonly dialFromHere: Dial
  readonly emit: Emit
  readonly signal: AbortSignal
  /** The members that may be changed. */
  readonly limit: ReadonlySet<string>
  readonly requireServers: boolean
  readonly forceUnlock: boolean
  /** What cannot be done without stopping all of something at once may be done. */
  readonly yes: boolean
  /** Let pacemaker forget failed actions. */
  readonly cleanup: boolean
  /** Set under the lock: what each action must find on its host. */
  readonly fence?: string
  /** Milliseconds that verification waits before a failure is final. */
  readonly patience: number
}

/** Between two steps: the first Ctrl-C lets what runs on a host end, and begins nothing new. */
export function throwIfInterrupted(signal: AbortSignal): void {
  if (signal.aborted)
    throw new InterruptedError('interrupted', { mend: 'run up again: it goes on where this run ended' })
}
