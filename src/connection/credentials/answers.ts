import { Secret } from '../../lib/secret.ts'
import type { Endpoint } from '../types.ts'
import type { Ask } from './prompt.ts'
import { Trials } from './trials.ts'

/** What the logins of a run share to answer what hosts ask. */
export class Answers {
  /** Of the login passwords. */
  readonly trials = new Trials()
  /** Undefined: nobody is there to be asked. */
  readonly ask: Ask | undefined
  #givenCode: Secret | undefined

  constructor(ask: Ask | undefined, environment: NodeJS.ProcessEnv = process.env) {
    this.ask = ask
    const code = environment.HA_PROVISION_ONE_TIME_CODE
    this.#givenCode = code === undefined || code === '' ? undefined : new Secret(code)
  }

  /** A one-time code that nobody has to type: a fresh one from the endpoint's source, or the environment's, which is good once. */
  async code(endpoint: Endpoint): Promise<Secret | undefined> {
    if (endpoint.oneTimeCode !== undefined) return await endpoint.oneTimeCode()
    const code = this.#givenCode
    this.#givenCode = undefined
    return code
  }
}
