import type { Duplex } from 'node:stream'
import type { ParsedKey } from 'ssh2'
import type { Answers } from '../credentials/answers.ts'
import { Identities } from '../credentials/identities.ts'
import { dial } from '../dial.ts'
import { HostKeys } from '../host-keys/host-keys.ts'
import { withPinnedKey } from '../host-keys/pinned.ts'
import type { Link, Transport } from '../link.ts'
import type { Endpoint } from '../types.ts'
import { agentKeys } from './agent.ts'
import { type Attempts, planAttempts } from './attempts.ts'
import { login } from './login.ts'

/** SSH in this process, by the ssh2 library. */
export class Ssh2Transport implements Transport {
  readonly #hostKeys = new HostKeys()
  readonly #identities = new Identities()
  readonly #agents = new Map<string, Promise<readonly ParsedKey[] | Error>>()

  readonly #answers: Answers
  readonly #over: AbortSignal

  /** `over`: no login is wanted any more. */
  constructor(answers: Answers, over: AbortSignal = new AbortController().signal) {
    this.#answers = answers
    this.#over = over
  }

  async connect(endpoint: Endpoint, via: Link | undefined): Promise<Link> {
    const attempts = await this.#attempts(endpoint)
    const stream = async (): Promise<Duplex> =>
      via === undefined
        ? await dial(endpoint, this.#over)
        : await via.forward(endpoint.host, endpoint.port, endpoint.connectTimeoutSeconds)
    return await withPinnedKey(
      endpoint,
      this.#hostKeys,
      async (unwanted) =>
        await login(await stream(), endpoint, attempts, this.#hostKeys, this.#answers, unwanted, this.#over),
    )
  }

  async #attempts(endpoint: Endpoint): Promise<Attempts> {
    const identities = endpoint.identityFiles.map(async (file) => await this.#identities.load(endpoint, file))
    return planAttempts(endpoint, await Promise.all(identities), await this.#agentKeys(endpoint.agent))
  }

  async #agentKeys(socket: string | undefined): Promise<readonly ParsedKey[] | Error> {
    if (socket === undefined) return []
    const keys = this.#agents.get(socket) ?? agentKeys(socket)
    this.#agents.set(socket, keys)
    return await keys
  }
}
