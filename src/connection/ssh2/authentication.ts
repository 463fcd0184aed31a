import type { AnyAuthMethod, AuthenticationType } from 'ssh2'
import { UnreachableError } from '../../lib/errors.ts'
import type { Attempt, Attempts } from './attempts.ts'
import { printable } from '../../lib/printable.ts'
import type { Endpoint } from '../types.ts'

/** Goes through the attempts at one login, leaving out what the host does not accept, and can tell what it did. */
export class Authentication {
  readonly #endpoint: Endpoint
  readonly #attempts: Attempts
  readonly #left: Attempt[]
  readonly #tried: string[] = []
  #accepted: readonly AuthenticationType[] | undefined

  constructor(endpoint: Endpoint, attempts: Attempts) {
    this.#endpoint = endpoint
    this.#attempts = attempts
    this.#left = [...attempts.list]
  }

  /** What to try next, as ssh2 asks it: `accepted` is null before the first try; false ends it. */
  next(accepted: readonly AuthenticationType[] | null): AnyAuthMethod | false {
    this.#accepted = accepted ?? this.#accepted
    for (;;) {
      const attempt = this.#left.shift()
      if (attempt === undefined) return this.#accepted === undefined ? this.#ask() : false
      if (!this.#accepts(attempt.method)) continue
      this.#tried.push(attempt.name)
      return attempt.method
    }
  }

  get begun(): boolean {
    return this.#tried.length > 0
  }

  failure(cause: Error): UnreachableError {
    const { user, name } = this.#endpoint
    const tried = this.#tried.length === 0 ? 'nothing could be tried' : `tried: ${this.#tried.join(', ')}`
    const accepts = this.#accepted === undefined ? '' : `; the host accepts: ${this.#accepted.join(', ')}`
    const unusable = this.#attempts.unusable.map((item) => `; ${item}`).join('')
    // ssh2's own words when it has run out of attempts say nothing; those of a host that breaks off do.
    const said = this.#left.length === 0 && this.#accepted !== undefined ? '' : `: ${printable(cause.message)}`
    const what = `the host does not let ${user} in${said} (${tried}${accepts}${printable(unusable)})`
    return new UnreachableError(what, { where: name, mend: this.#attempts.mend ?? MEND, cause })
  }

  #accepts(method: AnyAuthMethod): boolean {
    const type = method.type === 'agent' ? 'publickey' : method.type
    return this.#accepted === undefined || this.#accepted.includes(type)
  }

  /** Nothing to offer: an attempt without credentials still tells what the host would accept. */
  #ask(): AnyAuthMethod {
    this.#accepted = []
    return { type: 'none', username: this.#endpoint.user }
  }
}

/** What helps where a host does not let a user in, and nothing better is known. */
export const MEND =
  'is connection.user right, and is the public key in its ~/.ssh/authorized_keys? A key is named by connection.identity_file, a password asked for by --ask-password'
