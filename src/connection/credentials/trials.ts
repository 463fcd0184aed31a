import type { Secret } from '../../lib/secret.ts'
import { Settled } from '../execution/settled.ts'

/** A host that has not said yes or no after this long no longer keeps the others waiting: the next one tries. */
const TURN_MS = 15_000

/** A host's turn with a password; exactly one of the three ends it, and what comes after that is no news. */
export interface Turn {
  accepted(): void
  refused(): void
  /** It ended without an answer: another host finds out. */
  left(): void
}

/** Another host has refused the password. */
export interface NotTried {
  readonly refusedBy: string
}

/**
 * The passwords of a run. One that several hosts share is tried by one of them first: a wrong one is one failed login,
 * not one for each host, which could lock the account. Once it was right, the others try at the same time.
 */
export class Trials {
  readonly #trials = new Map<string, Trial>()

  /** Waits until `host` may try the password of an account, or tells who has refused it. */
  async enter(user: string, password: Secret, host: string): Promise<Turn | NotTried> {
    const key = `${user}\0${password.reveal()}`
    const trial = this.#trials.get(key) ?? new Trial()
    this.#trials.set(key, trial)
    return await trial.enter(host)
  }
}

class Trial {
  #holder: Settled<void> | undefined
  #right = false
  #refusedBy: string | undefined

  async enter(host: string): Promise<Turn | NotTried> {
    while (!this.#right && this.#refusedBy === undefined && this.#holder !== undefined) await this.#holder.promise
    if (this.#right) return { accepted: nothing, refused: nothing, left: nothing }
    if (this.#refusedBy !== undefined) return { refusedBy: this.#refusedBy }
    return this.#hold(host)
  }

  #hold(host: string): Turn {
    const held = new Settled<void>()
    this.#holder = held
    const release = (): void => {
      clearTimeout(timer)
      if (this.#holder === held) this.#holder = undefined
      held.resolve()
    }
    const timer = setTimeout(release, TURN_MS)
    let ended = false
    const end = (judge: () => void): void => {
      if (!ended) judge()
      ended = true
      release()
    }
    return {
      accepted: () => {
        end(() => {
          this.#right = true
        })
      },
      refused: () => {
        end(() => {
          if (!this.#right) this.#refusedBy ??= host
        })
      },
      left: () => {
        end(nothing)
      },
    }
  }
}

const nothing = (): void => undefined
