import type { Duplex } from 'node:stream'
import pLimit from 'p-limit'
import type { LimitFunction } from 'p-limit'
import { UnreachableError } from '../lib/errors.ts'
import { Answers } from './credentials/answers.ts'
import type { Ask } from './credentials/prompt.ts'
import { Trials } from './credentials/trials.ts'
import { dialPlain } from './dial.ts'
import { Session } from './execution/session.ts'
import { ForwardError } from './forward-error.ts'
import type { Link, Transport } from './link.ts'
import { OpensshTransport } from './openssh/transport.ts'
import { Ssh2Transport } from './ssh2/transport.ts'
import type { Connection, Endpoint, Target } from './types.ts'

/** Of sshd's MaxStartups (10 by default, beyond which it drops connections by chance) some are left to others. */
const STARTUPS = 8

export interface PoolOptions {
  /** Told of every command that is run on a host. */
  readonly onExecution?: (host: string, label: string) => void
  /** Puts to the operator what hosts ask at their logins; nobody is there to be asked when undefined. */
  readonly ask?: Ask | undefined
  readonly environment?: NodeJS.ProcessEnv
}

/** The connections of a run, and what they share: jump hosts, decrypted keys, known hosts. */
export interface Pool {
  connect(target: Target): Promise<Connection>
  /** A TCP connection as the control machine sees the world: through the jump hosts where there are some. Throws ForwardError. */
  dial(jumps: readonly Endpoint[], address: string, port: number): Promise<Duplex>
  closeAll(): void
}

export function createPool(options: PoolOptions = {}): Pool {
  return new SshPool(options)
}

class SshPool implements Pool {
  readonly #onExecution: (host: string, label: string) => void
  readonly #transports: Readonly<Record<Endpoint['transport'], Transport>>
  readonly #becomeTrials = new Trials()
  readonly #startups = new Map<string, LimitFunction>()
  readonly #jumps = new Map<string, Promise<Link>>()
  readonly #links = new Set<Link>()

  constructor({ onExecution, ask, environment }: PoolOptions) {
    this.#onExecution = onExecution ?? (() => undefined)
    const answers = new Answers(ask, environment)
    this.#transports = { ssh2: new Ssh2Transport(answers), openssh: new OpensshTransport() }
  }

  async connect(target: Target): Promise<Connection> {
    const link = await this.#login(target, target, target.jumps)
    return new Session(link, target, this.#becomeTrials, (label) => {
      this.#onExecution(target.name, label)
    })
  }

  async dial(jumps: readonly Endpoint[], address: string, port: number): Promise<Duplex> {
    const last = jumps.at(-1)
    if (last === undefined) return await dialPlain(address, port)
    const link = await this.#jumps.get(wayOf(jumps))
    if (link === undefined) throw new ForwardError('prohibited', 'no connection to the jump host is open')
    return await link.forward(address, port, last.connectTimeoutSeconds)
  }

  /** Hosts first: they may be reached through the jump hosts. */
  closeAll(): void {
    for (const link of [...this.#links].reverse()) link.close()
  }

  async #login(endpoint: Endpoint, target: Target, jumps: readonly Endpoint[]): Promise<Link> {
    const via = await this.#jump(jumps, target)
    try {
      const link = await this.#startup(endpoint)(
        async () => await this.#transports[endpoint.transport].connect(endpoint, via),
      )
      this.#links.add(link)
      link.onEnd(() => this.#links.delete(link))
      return link
    } catch (error) {
      if (!(error instanceof ForwardError)) throw error
      const what = `not reached through jump host ${jumps.at(-1)?.name ?? ''}: ${error.message}`
      throw new UnreachableError(what, { where: target.name, mend: error.mend ?? MEND, cause: error })
    }
  }

  #startup(endpoint: Endpoint): LimitFunction {
    const at = `${endpoint.host}:${endpoint.port}`
    const limit = this.#startups.get(at) ?? pLimit(STARTUPS)
    this.#startups.set(at, limit)
    return limit
  }

  /** The link to the last of these jump hosts. One for all targets behind it; a failed one is forgotten, so that trying again is possible. */
  async #jump(jumps: readonly Endpoint[], target: Target): Promise<Link | undefined> {
    const jump = jumps.at(-1)
    if (jump === undefined) return undefined
    const way = wayOf(jumps)
    const link = this.#jumps.get(way) ?? this.#openJump(jump, target, jumps.slice(0, -1), way)
    this.#jumps.set(way, link)
    try {
      return await link
    } catch (error) {
      this.#jumps.delete(way)
      if (!(error instanceof UnreachableError)) throw error
      const what = `its jump host ${jump.name} is not reached: ${error.message}`
      throw new UnreachableError(what, { where: target.name, mend: error.mend, cause: error })
    }
  }

  async #openJump(jump: Endpoint, target: Target, before: readonly Endpoint[], way: string): Promise<Link> {
    const link = await this.#login(jump, target, before)
    link.onEnd(() => this.#jumps.delete(way))
    return link
  }
}

/** Two ways to one jump host are two connections. */
function wayOf(jumps: readonly Endpoint[]): string {
  return jumps.map(({ user, host, port }) => `${user}@${host}:${port}`).join(' ')
}

const MEND = 'is the host up, and can the jump host reach this address and resolve this name?'
