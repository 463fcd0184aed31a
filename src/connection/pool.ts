import { setMaxListeners } from 'node:events'
import type { Duplex } from 'node:stream'
import pLimit from 'p-limit'
import type { LimitFunction } from 'p-limit'
import { UnreachableError } from '../lib/errors.ts'
import { Answers } from './credentials/answers.ts'
import type { Ask } from './credentials/prompt.ts'
import { Trials } from './credentials/trials.ts'
import { dialPlain } from './dial.ts'
import { Lines } from './execution/lines.ts'
import { Session } from './execution/session.ts'
import { SpareLink } from './execution/spare-link.ts'
import { ForwardError } from './forward-error.ts'
import { Jumps, notForwarded } from './jumps.ts'
import type { Link, Reached, Transport } from './link.ts'
import { OpensshTransport } from './openssh/transport.ts'
import { AFTER_LOSS, AT_FIRST, persist, type Waited } from './patience.ts'
import { BrokenOffError } from './reach-errors.ts'
import { Ssh2Transport } from './ssh2/transport.ts'
import type { Connection, Endpoint, Target } from './types.ts'
import { wayOf } from './way.ts'

/** Of sshd's MaxStartups (10 by default, beyond which it drops connections by chance) some are left to others. */
const STARTUPS = 8

export interface PoolOptions {
  /** Told of every command that is run on a host. */
  readonly onExecution?: (host: string, label: string) => void
  /** Puts to the operator what hosts ask at their logins; nobody is there to be asked when undefined. */
  readonly ask?: Ask | undefined
  readonly environment?: NodeJS.ProcessEnv
  /** The operator wants an end: what is connected stays, and no new connection is begun or waited for. */
  readonly signal?: AbortSignal
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
  readonly #jumps: Jumps
  readonly #links = new Set<Link>()
  readonly #closing = new AbortController()
  /** No login is wanted any more. */
  readonly #over: AbortSignal

  constructor({ onExecution, ask, environment, signal }: PoolOptions) {
    this.#onExecution = onExecution ?? (() => undefined)
    this.#over = signal === undefined ? this.#closing.signal : AbortSignal.any([signal, this.#closing.signal])
    // Each login under way listens.
    setMaxListeners(0, this.#over)
    const answers = new Answers(ask, environment)
    this.#transports = {
      ssh2: new Ssh2Transport(answers, this.#over),
      openssh: new OpensshTransport(answers, this.#over),
    }
    this.#jumps = new Jumps(async (...login) => await this.#login(...login), this.#over)
  }

  async connect(target: Target): Promise<Connection> {
    const reach = async (waited: Waited): Promise<Reached> => await this.#reach(target, waited)
    const first = await persist(reach, AT_FIRST, this.#over)
    const lines = new Lines(first, async () => await persist(reach, AFTER_LOSS, this.#over))
    return new Session(lines, target, this.#becomeTrials, (label) => {
      this.#onExecution(target.name, label)
    })
  }

  async dial(jumps: readonly Endpoint[], address: string, port: number): Promise<Duplex> {
    const last = jumps.at(-1)
    if (last === undefined) return await dialPlain(address, port)
    const hops = await this.#jumps.open(jumps, undefined).catch((error: unknown) => {
      if (!(error instanceof UnreachableError)) throw error
      throw new ForwardError('prohibited', error.message, { mend: error.mend, cause: error })
    })
    const link = hops.at(-1)?.link
    if (link === undefined) throw new ForwardError('prohibited', 'no connection to the jump host is open')
    return await link.forward(address, port, last.connectTimeoutSeconds)
  }

  /** Hosts first: they may be reached through the jump hosts. */
  closeAll(): void {
    this.#closing.abort()
    for (const link of [...this.#links].reverse()) link.close()
  }

  async #reach(target: Target, waited: Waited): Promise<Reached> {
    const hops = await this.#jumps.open(target.jumps, target.name)
    return { hops, link: new SpareLink(await this.#login(target, hops.at(-1)?.link, target.jumps, waited)) }
  }

  async #login(endpoint: Endpoint, via: Link | undefined, before: readonly Endpoint[], waited: Waited): Promise<Link> {
    const startup = this.#startup(endpoint, before)
    const asked = performance.now()
    try {
      const link = await startup(async () => {
        waited(performance.now() - asked)
        if (this.#over.aborted) throw this.#ended(endpoint)
        return await this.#transports[endpoint.transport].connect(endpoint, via)
      })
      this.#keep(link)
      return link
    } catch (error) {
      if (this.#over.aborted) throw this.#ended(endpoint)
      // A host that has enough of us gets fewer at a time.
      if (error instanceof BrokenOffError) startup.concurrency = Math.max(1, Math.floor(startup.concurrency / 2))
      if (!(error instanceof ForwardError)) throw error
      throw notForwarded(error, endpoint, before.at(-1)?.name ?? '')
    }
  }

  #ended({ name }: Endpoint): UnreachableError {
    const what = this.#closing.signal.aborted ? 'the run has ended' : 'the run was interrupted'
    return new UnreachableError(what, { where: name, mend: 'start it again: what is done already stays done' })
  }

  #keep(link: Link): void {
    this.#links.add(link)
    link.onEnd(() => this.#links.delete(link))
    if (this.#closing.signal.aborted) link.close()
  }

  #startup(endpoint: Endpoint, before: readonly Endpoint[]): LimitFunction {
    const at = `${wayOf(before)} ${endpoint.host}:${endpoint.port}`
    const limit = this.#startups.get(at) ?? pLimit(STARTUPS)
    this.#startups.set(at, limit)
    return limit
  }
}
