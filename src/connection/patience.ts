import { setTimeout as sleep } from 'node:timers/promises'
import { BrokenOffError, NotReachedError } from './reach-errors.ts'

const FIRST_PAUSE_MS = 200
const LONGEST_PAUSE_MS = 3000

/** Told of the milliseconds that an attempt waited for its turn among our own, which is no time that the host took. */
export type Waited = (milliseconds: number) => void

/** For how long, and after which errors, a login is tried again. */
export interface Patience {
  readonly seconds: number
  readonly again: (error: unknown) => boolean
}

/** A first login: a host that does not answer is told at once, a busy one is waited for. */
export const AT_FIRST: Patience = { seconds: 20, again: (error) => error instanceof BrokenOffError }

/** A host that was there a moment ago: its sshd may restart, or it boots. */
export const AFTER_LOSS: Patience = { seconds: 30, again: (error) => error instanceof NotReachedError }

/**
 * Tries until it works, time is up, an error comes that trying again does not mend, or `over` says that nobody waits any
 * more. Those who failed together do not come back together.
 */
export async function persist<T>(
  attempt: (waited: Waited) => Promise<T>,
  { seconds, again }: Patience,
  over: AbortSignal,
): Promise<T> {
  let until = performance.now() + seconds * 1000
  const waited: Waited = (milliseconds) => {
    until += milliseconds
  }
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
    try {
      return await attempt(waited)
    } catch (error) {
      const wait = pause * (0.5 + Math.random())
      if (!again(error) || performance.now() + wait > until) throw error
      await sleep(wait, undefined, { signal: over }).catch(() => undefined)
      if (over.aborted) throw error
    }
  }
}
