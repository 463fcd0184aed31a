import { HaError, UnreachableError } from '../../lib/errors.ts'
import type { Answers } from '../credentials/answers.ts'
import { HostKeys } from '../host-keys/host-keys.ts'
import { withPinnedKey } from '../host-keys/pinned.ts'
import type { Link, Transport } from '../link.ts'
import type { Endpoint } from '../types.ts'
import { OpensshLink } from './link.ts'
import { login } from './login.ts'
import { findProgram, type Program } from './program.ts'
import { Workspace } from './workspace.ts'

/** SSH by the ssh program of this machine: a control master for each endpoint, which carries all that goes there. */
export class OpensshTransport implements Transport {
  readonly #workspace = new Workspace()
  readonly #hostKeys = new HostKeys()
  readonly #answers: Answers
  readonly #over: AbortSignal
  #program: Promise<Program | undefined> | undefined

  /** `over`: no login is wanted any more. */
  constructor(answers: Answers, over: AbortSignal = new AbortController().signal) {
    this.#answers = answers
    this.#over = over
  }

  async connect(endpoint: Endpoint, via: Link | undefined): Promise<Link> {
    if (via !== undefined && !(via instanceof OpensshLink)) {
      const what = 'the ssh program goes through a jump host only by a connection of its own'
      throw new HaError(`${what}: this one is another transport's`, { where: endpoint.name })
    }
    const program = await (this.#program ??= findProgram())
    if (program === undefined) {
      const mend = 'install openssh-client, or set connection.transport: ssh2'
      throw new UnreachableError('there is no ssh program on this machine', { where: endpoint.name, mend })
    }
    return await withPinnedKey(endpoint, this.#hostKeys, async (unwanted) => {
      // A pin is of a key, not of a certificate: where there is one, keys alone are asked for.
      const plain = unwanted.length > 0 || endpoint.pinnedKeys.length > 0
      const hostKeyAlgorithms = plain ? this.#hostKeys.algorithms(endpoint, unwanted) : undefined
      return await this.#login(endpoint, via, program, hostKeyAlgorithms)
    })
  }

  async #login(
    endpoint: Endpoint,
    via: OpensshLink | undefined,
    program: Program,
    hostKeyAlgorithms: readonly string[] | undefined,
  ): Promise<Link> {
    const room = this.#workspace.enter()
    try {
      const link = await login(endpoint, via, {
        program,
        answers: this.#answers,
        room,
        hostKeyAlgorithms,
        unwanted: this.#over,
      })
      link.onEnd(() => {
        room.leave()
      })
      return link
    } catch (error) {
      room.leave()
      throw error
    }
  }
}
