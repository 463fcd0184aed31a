import { BecomeRefusedError } from './become-refused.ts'
import type { Exchange } from './exchange.ts'

/**
 * Lets the first command that may need the become password go alone, the others after it: a wrong password is tried
 * once for a connection, not once for each command, which could lock the account.
 */
export class BecomeGate {
  #trial: Promise<unknown> | undefined
  #proven = false
  #refusal: BecomeRefusedError | undefined

  async pass(start: () => Promise<Exchange>): Promise<Exchange> {
    while (this.#trial !== undefined) await this.#trial
    if (this.#refusal !== undefined) throw this.#refusal
    if (this.#proven) return await start()
    const trial = this.#try(start)
    this.#trial = trial.catch(() => undefined)
    try {
      return await trial
    } finally {
      this.#trial = undefined
    }
  }

  async #try(start: () => Promise<Exchange>): Promise<Exchange> {
    const exchange = await start()
    try {
      await exchange.begun.promise
      this.#proven = true
    } catch (error) {
      if (error instanceof BecomeRefusedError) this.#refusal = error
      throw error
    }
    return exchange
  }
}
