import { asHaError, InterruptedError } from '../../lib/errors.ts'
import { printable } from '../../lib/printable.ts'
import type { Dialogue } from '../credentials/dialogue.ts'
import { passphraseFor } from '../credentials/identities.ts'
import type { Ask } from '../credentials/prompt.ts'
import type { Endpoint } from '../types.ts'

/** ssh shows no more than this of a key's path. */
const SHOWN_PATH = 100

/** What answers come from, and what is done when there is none. */
export interface Sources {
  readonly endpoint: Endpoint
  readonly dialogue: Dialogue
  /** Puts a question of ssh itself to the operator, if there is one. */
  readonly ask: Ask | undefined
  /** The login is over. */
  readonly over: AbortSignal
  /** What the host said before its question. */
  readonly instructions: () => string
  /** Does what may take longer than a login may. */
  readonly wait: <T>(work: () => Promise<T>) => Promise<T>
  /** ssh would send an empty answer, a failed login: better none. */
  readonly giveUp: () => void
}

/** The questions that ssh has during one login: its own, and those of the host. */
export class Questions {
  readonly #sources: Sources
  readonly #tried = new Set<string>()
  /** What ended it and is not the host's refusal. */
  thrown: InterruptedError | undefined

  constructor(sources: Sources) {
    this.#sources = sources
  }

  /** Ways to log in beside keys. */
  get tried(): readonly string[] {
    return [...this.#tried]
  }

  /** Empty: there is no answer. */
  async answer(question: string): Promise<string> {
    const { endpoint, dialogue, wait, giveUp } = this.#sources
    const own = this.#own(question)
    if (own !== undefined) return await own
    try {
      const answer = await wait(async () => await this.#host(question))
      if (answer === undefined) giveUp()
      return answer ?? ''
    } catch (error) {
      this.thrown = error instanceof InterruptedError ? error : undefined
      const { message, mend = 'try again' } = asHaError(error, endpoint.name)
      dialogue.unanswered.push({ what: message, mend })
      giveUp()
      return ''
    }
  }

  /**
   * What ssh asks by itself. A passphrase is given only for its own question about one of the endpoint's keys: what a
   * host asks comes behind `(user@host) `. Without an answer ssh goes on to the next key.
   */
  #own(question: string): Promise<string> | undefined {
    if (isHosts(question)) return undefined
    const { endpoint, ask, over, wait } = this.#sources
    const file = endpoint.identityFiles.find(
      (one) => question === `Enter passphrase for key '${one.slice(0, SHOWN_PATH)}': `,
    )
    if (file !== undefined) return Promise.resolve(passphraseFor(endpoint, file)?.reveal() ?? '')
    // Of a key on a hardware token.
    if (!question.startsWith('Enter PIN for ') || ask === undefined) return Promise.resolve('')
    const asking = wait(async () => await ask({ host: endpoint.name, text: printable(question) }, over))
    return asking.catch(() => '')
  }

  async #host(question: string): Promise<string | undefined> {
    const { dialogue, instructions } = this.#sources
    if (CHANGE.test(question)) {
      dialogue.refuseChange(instructions() || question)
      return undefined
    }
    if (PASSWORD.test(question)) {
      const password = await dialogue.password()
      if (password !== undefined) this.#tried.add('password')
      return password
    }
    this.#tried.add('keyboard-interactive')
    const prompt = question.replace(/^\([^)]*\) /, '')
    return (await dialogue.reply(instructions(), [{ prompt }]))?.[0]
  }
}

const CHANGE = /^(Enter|Retype) [^\n]*'s (old|new) password: $/
const PASSWORD = /^[^(][^\n]*'s password: $/

const isHosts = (question: string): boolean =>
  question.startsWith('(') || CHANGE.test(question) || PASSWORD.test(question)
