import type { Duplex } from 'node:stream'
import pLimit from 'p-limit'
import type { LimitFunction } from 'p-limit'
import type { ParsedKey } from 'ssh2'
import { UnreachableError } from '../lib/errors.ts'
import { agentKeys } from './ssh2/agent.ts'
import { planAttempts } from './ssh2/attempts.ts'
import { dial, dialPlain } from './dial.ts'
import { ForwardError } from './forward-error.ts'
import { HostKeys } from './host-keys/host-keys.ts'
import { Identities } from './credentials/identities.ts'
import { closeLink, login } from './ssh2/login.ts'
import type { Link } from './ssh2/login.ts'
import { Session } from './execution/session.ts'
import { openTunnel } from './ssh2/tunnel.ts'
import type { Connection, Endpoint, Target } from './types.ts'

/** Of sshd's MaxStartups (10 by default, beyond which it drops connections by chance) some are left to others. */
const STARTUPS = 8

export interface PoolOptions {
  /** Told of every command that is run on a host. */
  readonly onExecution?: (host: string, label: string) => void
}

/** The connections of a run, and what they share: jump hosts, decrypted keys, known hosts. */
export interface Pool {
  connect(target: Target): Promise<Connection>
  /** A TCP connection as the control machine sees the world: through the jump host where there is one. Throws ForwardError. */
  dial(jump: Endpoint | undefined, address: string, port: number): Promise<Duplex>
  closeAll(): void
}

export function createPool(options: PoolOptions = {}): Pool {
  return new SshPool(options.onExecution ?? (() => undefined))
}

class SshPool implements Pool {
  readonly #onExecution: (host: string, label: string) => void
  readonly #hostKeys = new HostKeys()
  readonly #identities = new Identities()
  readonly #agents = new Map<string, Promise<readonly ParsedKey[] | Error>>()
  readonly #startups = new Map<string, LimitFunction>()
  readonly #jumps = new Map<string, Promise<Link>>()
  readonly #links = new Set<Link>()

  constructor(onExecution: (host: string, label: string) => void) {
    this.#onExecution = onExecution
  }

  async connect(target: Target): Promise<Connection> {
    const { jump } = target
    const link =
      jump === undefined
        ? await this.#login(target, async () => await dial(target))
        : await this.#login(target, async () => await this.#dialThrough(jump, target))
    return new Session(link, target, (label) => {
      this.#onExecution(target.name, label)
    })
  }

  async dial(jump: Endpoint | undefined, address: string, port: number): Promise<Duplex> {
    if (jump === undefined) return await dialPlain(address, port)
    const link = await this.#jumps.get(atOf(jump))
    if (link === undefined) throw new ForwardError('prohibited', 'no connection to the jump host is open')
    return await openTunnel(link.client, jump.name, address, port, jump.connectTimeoutSeconds)
  }

  /** Hosts first: they may be reached through the jump hosts. */
  closeAll(): void {
    for (const link of [...this.#links].reverse()) closeLink(link)
  }

  async #login(endpoint: Endpoint, reach: () => Promise<Duplex>): Promise<Link> {
    const attempts = await this.#attempts(endpoint)
    const link = await this.#startup(endpoint)(
      async () => await login(await reach(), endpoint, attempts, this.#hostKeys),
    )
    this.#links.add(link)
    link.client.once('close', () => this.#links.delete(link))
    return link
  }

  async #attempts(endpoint: Endpoint): Promise<ReturnType<typeof planAttempts>> {
    const identities = endpoint.identityFiles.map(async (file) => await this.#identities.load(endpoint, file))
    return planAttempts(endpoint, await Promise.all(identities), await this.#agentKeys(endpoint.agent))
  }

  async #agentKeys(socket: string | undefined): Promise<readonly ParsedKey[] | Error> {
    if (socket === undefined) return []
    const keys = this.#agents.get(socket) ?? agentKeys(socket)
    this.#agents.set(socket, keys)
    return await keys
  }

  #startup(endpoint: Endpoint): LimitFunction {
    const at = `${endpoint.host}:${endpoint.port}`
    const limit = this.#startups.get(at) ?? pLimit(STARTUPS)
    this.#startups.set(at, limit)
    return limit
  }

  async #dialThrough(jump: Endpoint, target: Target): Promise<Duplex> {
    const link = await this.#jump(jump, target)
    try {
      return await openTunnel(link.client, jump.name, target.host, target.port, target.connectTimeoutSeconds)
    } catch (error) {
      if (!(error instanceof ForwardError)) throw error
      const what = `not reached through jump host ${jump.name}: ${error.message}`
      throw new UnreachableError(what, { where: target.name, mend: error.mend ?? MEND, cause: error })
    }
  }

  /** One connection for all targets behind it. A failed one is forgotten, so that trying again is possible. */
  async #jump(jump: Endpoint, target: Target): Promise<Link> {
    const at = atOf(jump)
    const link = this.#jumps.get(at) ?? this.#openJump(jump, at)
    this.#jumps.set(at, link)
    try {
      return await link
    } catch (error) {
      this.#jumps.delete(at)
      if (!(error instanceof UnreachableError)) throw error
      const what = `its jump host ${jump.name} is not reached: ${error.message}`
      throw new UnreachableError(what, { where: target.name, mend: error.mend, cause: error })
    }
  }

  async #openJump(jump: Endpoint, at: string): Promise<Link> {
    const link = await this.#login(jump, async () => await dial(jump))
    link.client.once('close', () => this.#jumps.delete(at))
    return link
  }
}

function atOf(jump: Endpoint): string {
  return `${jump.user}@${jump.host}:${jump.port}`
}

const MEND = 'is the host up, and can the jump host reach this address and resolve this name?'
