import { printable } from '../../lib/printable.ts'
import type { Endpoint } from '../types.ts'
import type { Answers } from './answers.ts'
import type { Turn } from './trials.ts'

/** A question that has no answer, and what would do. */
export interface Unanswered {
  readonly what: string
  readonly mend: string
}

const CODE = /code|one.?time|\botp\b|token|passcode|oath|challenge|response|\bpin\b|authenticator/i
const CHANGE = /new password|retype|current password|changing password|\(current\)|password has expired/i
const PASSWORD = /pass(word|phrase|wort)?\b|mot de passe|contrase|parola|wachtwoord|has[lł]o/i

const CORRECT = 'correct connection.password, HA_PROVISION_PASSWORD or what is typed at --ask-password'

/** What one login says to the questions of its host: passwords and codes, each once. */
export class Dialogue {
  readonly #endpoint: Endpoint
  readonly #answers: Answers
  readonly #over: AbortSignal
  #turn: Turn | undefined
  #passwordSent = false
  /** The last answer was the password: a refusal is about it. */
  #passwordLast = false
  #codeSent = false
  readonly unanswered: Unanswered[] = []

  /** `over`: the host no longer waits. */
  constructor(endpoint: Endpoint, answers: Answers, over: AbortSignal) {
    this.#endpoint = endpoint
    this.#answers = answers
    this.#over = over
  }

  get codeSent(): boolean {
    return this.#codeSent
  }

  /** The password, when this host may try it; it is given out once. */
  async password(): Promise<string | undefined> {
    const { password, user, name } = this.#endpoint
    if (password === undefined || this.#passwordSent) return undefined
    const turn = await this.#answers.trials.enter(user, password, name)
    if ('refusedBy' in turn) {
      this.#note(
        `the password was not tried: ${turn.refusedBy} refused the same one`,
        `${CORRECT}; a host with another one has it as load_balancers.${name}.password`,
      )
      return undefined
    }
    // The turn may come when the login is over, and nobody would give it back.
    if (this.#over.aborted) {
      turn.left()
      return undefined
    }
    this.#turn = turn
    this.#passwordSent = true
    this.#passwordLast = true
    return password.reveal()
  }

  /** The answers to questions that came together; undefined when one has none, so that none is sent. */
  async reply(instructions: string, prompts: readonly { readonly prompt: string }[]): Promise<string[] | undefined> {
    const replies: string[] = []
    for (const { prompt } of prompts) {
      const answer = await this.#one(instructions, prompt)
      if (answer === undefined) return undefined
      replies.push(answer)
    }
    return replies
  }

  /** The host let us in, or refused what it was told last, or went away. */
  end(how: 'let in' | 'refused' | 'broke off'): void {
    if (how === 'let in') this.#turn?.accepted()
    else if (how === 'refused' && this.#passwordLast && this.#turn !== undefined) {
      this.#turn.refused()
      this.#note('the password was refused, and tried once', CORRECT)
    } else this.#turn?.left()
    this.#turn = undefined
  }

  /** The host wants a new password. */
  refuseChange(said: string): void {
    const { user, host } = this.#endpoint
    const what = `it wants a new password: the old one has expired (${shown(said)})`
    this.#note(what, `log in by hand and change it: ssh ${user}@${host}`)
  }

  async #one(instructions: string, prompt: string): Promise<string | undefined> {
    const said = `${instructions}\n${prompt}`
    if (CHANGE.test(said)) {
      this.refuseChange(said)
      return undefined
    }
    const isCode = CODE.test(prompt)
    const { password } = this.#endpoint
    if (!isCode && password !== undefined) {
      const answer = await this.password()
      if (answer !== undefined || PASSWORD.test(prompt)) return answer
    }
    if (!isCode && PASSWORD.test(prompt)) {
      const mend =
        'set connection.password or HA_PROVISION_PASSWORD, or use --ask-password; a jump host has its own: connection.jump.password'
      this.#note(`it asked “${shown(prompt)}”, and there is no password`, mend)
      return undefined
    }
    return await this.#code(instructions, prompt)
  }

  async #code(instructions: string, prompt: string): Promise<string | undefined> {
    const { ask } = this.#answers
    const code = this.#codeSent ? undefined : await this.#answers.code(this.#endpoint)
    if (code === undefined && ask === undefined) {
      this.#note(
        `it asked “${shown(prompt)}”, and there is nobody to ask`,
        'set connection.one_time_code: { command: … }, or HA_PROVISION_ONE_TIME_CODE for one login; or run it on a terminal',
      )
      return undefined
    }
    const text = [instructions, prompt].map(shown).filter(Boolean).join(' ')
    const answer = code?.reveal() ?? (await ask?.({ host: this.#endpoint.name, text }, this.#over))
    this.#codeSent = true
    this.#passwordLast = false
    return answer
  }

  #note(what: string, mend: string): void {
    this.unanswered.push({ what, mend })
  }
}

/** A host's words in a line of ours. */
function shown(text: string): string {
  return printable(text.trim().replaceAll(/\s+/g, ' ')).slice(0, 200)
}
