import pLimit from 'p-limit'
import { HaError, InterruptedError } from '../../lib/errors.ts'

/** Says `true` when an answer is right, else why it is not. */
export type Accept = (answer: string) => Promise<string | true>

/** What a host asks at a login, in its own words, printable. */
export interface Question {
  readonly host: string
  readonly text: string
}

/** Puts a question of a host to the operator. Rejects when `signal` says that the host no longer waits. */
export type Ask = (question: Question, signal: AbortSignal) => Promise<string>

const TRIES = 3

/** Asks for a secret on the terminal, and again when the answer is not accepted. On stderr: stdout belongs to results. */
export async function promptSecret(question: string, accept: Accept, signal?: AbortSignal): Promise<string> {
  const { default: password } = await import('@inquirer/password')
  try {
    const context = { output: process.stderr, ...(signal === undefined ? {} : { signal }) }
    for (let tries = 1; ; tries += 1) {
      const answer = await password({ message: question, mask: true }, context)
      const verdict = await accept(answer)
      if (verdict === true) return answer
      if (tries === TRIES) throw new HaError(`${question}: ${verdict}, ${TRIES} times`)
      process.stderr.write(`${verdict}\n`)
    }
  } catch (error) {
    if (error instanceof Error && error.name === 'ExitPromptError') {
      throw new InterruptedError('interrupted while a secret was asked for', { cause: error })
    }
    throw error
  }
}

/**
 * Asks on the terminal, one question at a time, however many hosts have one; after an interruption none. `around` is told when a question begins and
 * ends: nobody else may write there then.
 */
export function askOnTerminal(around: { pause(): void; resume(): void }): Ask {
  const turns = pLimit(1)
  let interruption: InterruptedError | undefined
  return async ({ host, text }, signal) =>
    await turns(async () => {
      if (interruption !== undefined) throw interruption
      signal.throwIfAborted()
      around.pause()
      try {
        return await promptSecret(`${host} asks: ${text}`, async () => await Promise.resolve(true), signal)
      } catch (error) {
        if (error instanceof InterruptedError) interruption = error
        throw error
      } finally {
        around.resume()
      }
    })
}
