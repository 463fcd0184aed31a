import type { AnyAuthMethod, AuthenticationType, Prompt } from 'ssh2'
import { asHaError, InterruptedError, type UnreachableError } from '../../lib/errors.ts'
import type { Dialogue } from '../credentials/dialogue.ts'
import { notLetIn } from '../credentials/not-let-in.ts'
import { OneKeyAgent } from './agent.ts'
import type { Attempt, Attempts } from './attempts.ts'
import type { Endpoint } from '../types.ts'

/** Tells what to try next; false: nothing is left. */
type Proceed = (method: AnyAuthMethod | false) => void

/** Says nothing that an operator wants to know: what was tried does. */
export const NOTHING_LEFT = 'nothing is left to try'

/** How often a host may ask anew by keyboard-interactive: once for each of the steps it may demand. */
const DIALOGUES = 3

/**
 * Goes through the ways to log in, leaving out what the host does not accept, and can tell what it did. A host may want
 * several, one after the other: then what it accepts next is tried next. Keys come first, then its own questions, then
 * the password as such: where a host has both, only the questions tell what it wants.
 */
export class Authentication {
  readonly #endpoint: Endpoint
  readonly #attempts: Attempts
  readonly #dialogue: Dialogue
  readonly #wait: <T>(work: () => Promise<T>) => Promise<T>
  #keys: readonly Attempt[]
  /** Those that were right for a step, and will not be for another. */
  readonly #spent = new Set<AnyAuthMethod>()
  readonly #tried: string[] = []
  #last: AnyAuthMethod | undefined
  #accepted: readonly AuthenticationType[] | undefined
  #dialogues = 0
  #passwordDone = false

  /** `wait`: does what may take longer than a login may, such as to ask the operator. */
  constructor(
    endpoint: Endpoint,
    attempts: Attempts,
    dialogue: Dialogue,
    wait: <T>(work: () => Promise<T>) => Promise<T>,
  ) {
    this.#endpoint = endpoint
    this.#attempts = attempts
    this.#dialogue = dialogue
    this.#wait = wait
    this.#keys = attempts.list
  }

  /** What to try next, as ssh2 asks it: `accepted` is null before the first answer. */
  next(accepted: readonly AuthenticationType[] | null, partial: boolean | null, proceed: Proceed): void {
    const last = this.#last
    // ssh2 does not tell what the host said after a key of an agent: one that had to sign was right, and more is wanted.
    const unknown = last?.type === 'agent' && last.agent instanceof OneKeyAgent && last.agent.signed
    if (last !== undefined && (unknown || partial === true)) this.#nextStep(last)
    if (unknown) this.#accepted = undefined
    else if (last?.type !== 'agent') this.#accepted = accepted ?? this.#accepted
    if (last?.type === 'password' || last?.type === 'keyboard-interactive') {
      this.#dialogue.end(partial === true ? 'let in' : 'refused')
    }
    if (last?.type === 'keyboard-interactive' && partial !== true) this.#dialogues = DIALOGUES
    this.#choose(unknown, proceed)
  }

  get begun(): boolean {
    return this.#tried.length > 0
  }

  failure(cause: Error): UnreachableError {
    return notLetIn({
      endpoint: this.#endpoint,
      said: cause.message === NOTHING_LEFT ? undefined : cause.message,
      tried: this.#tried,
      accepted: this.#accepted,
      ...this.#attempts,
      dialogue: this.#dialogue,
      cause,
    })
  }

  /** Keys that came too early get another chance. */
  #nextStep(done: AnyAuthMethod): void {
    this.#spent.add(done)
    this.#keys = this.#attempts.list.filter(({ method }) => !this.#spent.has(method))
  }

  #choose(unknown: boolean, proceed: Proceed): void {
    const key = unknown ? undefined : this.#key()
    if (key !== undefined) this.#try(key.name, key.method, proceed)
    else if (this.#accepted === undefined) {
      // What it accepts is not known: an attempt without credentials tells.
      this.#last = { type: 'none', username: this.#endpoint.user }
      this.#accepted = []
      proceed(this.#last)
    } else if (this.#accepted.includes('keyboard-interactive') && this.#dialogues < DIALOGUES) this.#converse(proceed)
    else if (this.#accepted.includes('password') && !this.#passwordDone) this.#sendPassword(proceed)
    else proceed(false)
  }

  /** The next key that the host would look at; those it would not stay for a later step. */
  #key(): Attempt | undefined {
    if (this.#accepted !== undefined && !this.#accepted.includes('publickey')) return undefined
    const [key, ...rest] = this.#keys
    this.#keys = rest
    return key
  }

  #try(name: string, method: AnyAuthMethod, proceed: Proceed): void {
    this.#tried.push(name)
    this.#last = method
    proceed(method)
  }

  /** The host's own questions. One without an answer is left, and the next way tried. */
  #converse(proceed: Proceed): void {
    this.#dialogues += 1
    const prompt = (
      _name: string,
      instructions: string,
      _language: string,
      prompts: readonly Prompt[],
      finish: (answers: string[]) => void,
    ): void => {
      void this.#wait(async () => await this.#dialogue.reply(instructions, prompts)).then(
        (answers) => {
          if (answers !== undefined) finish(answers)
          else {
            this.#dialogues = DIALOGUES
            this.#dialogue.end('refused')
            this.#choose(false, proceed)
          }
        },
        (error: unknown) => {
          this.#giveUp(error, proceed)
        },
      )
    }
    this.#try('keyboard-interactive', { type: 'keyboard-interactive', username: this.#endpoint.user, prompt }, proceed)
  }

  #sendPassword(proceed: Proceed): void {
    this.#passwordDone = true
    void this.#wait(async () => await this.#dialogue.password()).then((password) => {
      if (password === undefined) this.#choose(false, proceed)
      else this.#try('password', { type: 'password', username: this.#endpoint.user, password }, proceed)
    })
  }

  #giveUp(error: unknown, proceed: Proceed): void {
    this.thrown = error instanceof InterruptedError ? error : undefined
    const { message, mend = 'try again' } = asHaError(error)
    this.#dialogue.unanswered.push({ what: message, mend })
    this.#dialogues = DIALOGUES
    proceed(false)
  }

  /** What ended it and is not the host's refusal. */
  thrown: InterruptedError | undefined
}
