import type { Pool } from '../connection/pool.ts'
import type { Connection, Target } from '../connection/types.ts'
import type { Emit } from '../engine/events.ts'
import { throwIfInterrupted } from '../engine/run.ts'
import { asHaError, type HaError, InterruptedError, UnreachableError } from '../lib/errors.ts'

/** Who was reached, in the order of the inventory, and why the others were not. */
export interface Connected {
  readonly connections: ReadonlyMap<string, Connection>
  readonly missing: readonly HaError[]
}

/** Connects to all hosts at the same time; every one that cannot be reached is told. */
export async function connectAll(
  pool: Pool,
  targets: readonly Target[],
  emit: Emit,
  signal: AbortSignal,
): Promise<Connected> {
  const tries = await Promise.all(
    targets.map(async (target) => ({ name: target.name, tried: await connect(pool, target, emit, signal) })),
  )
  return {
    connections: new Map(tries.flatMap(({ name, tried }) => ('run' in tried ? [[name, tried] as const] : []))),
    missing: tries.flatMap(({ tried }) => ('run' in tried ? [] : [tried])),
  }
}

async function connect(pool: Pool, target: Target, emit: Emit, signal: AbortSignal): Promise<Connection | HaError> {
  const host = target.name
  const since = performance.now()
  emit({ type: 'doing', host, what: 'connecting' })
  try {
    const connection = await pool.connect(target)
    emit({ type: 'connected', host, seconds: (performance.now() - since) / 1000 })
    return connection
  } catch (thrown) {
    // The operator left, maybe at a question: no host is to blame.
    throwIfInterrupted(signal)
    if (thrown instanceof InterruptedError) throw thrown
    const error = asHaError(thrown, host)
    emit({ type: 'unreachable', host, message: error.message, mend: error.mend })
    // Whose it is has to be the host, also where what went wrong is at its jump host.
    if (error instanceof UnreachableError && error.where === host) return error
    return new UnreachableError(error.message, { where: host, mend: error.mend, cause: error })
  }
}
