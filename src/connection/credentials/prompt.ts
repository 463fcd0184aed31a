import { InterruptedError } from '../../lib/errors.ts'

/** Says `true` when an answer is right, else why it is not. */
export type Accept = (answer: string) => Promise<string | true>

/** Asks for a secret on the terminal. On stderr: stdout belongs to results. */
export async function promptSecret(question: string, accept: Accept): Promise<string> {
  const { default: password } = await import('@inquirer/password')
  try {
    return await password({ message: question, mask: true, validate: accept }, { output: process.stderr })
  } catch (error) {
    if (error instanceof Error && error.name === 'ExitPromptError') {
      throw new InterruptedError('interrupted while a secret was asked for; nothing was done', { cause: error })
    }
    throw error
  }
}
