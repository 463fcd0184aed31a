import { randomBytes } from 'node:crypto'
import type { Duplex } from 'node:stream'
import pLimit from 'p-limit'
import { ConnectionLostError, HostError } from '../../lib/errors.ts'
import { BecomeGate } from './become-gate.ts'
import { renderCommandLine, wrapScript } from './command-line.ts'
import type { Become } from './command-line.ts'
import { Exchange } from './exchange.ts'
import type { ExchangeOptions } from './exchange.ts'
import { type Channel, ChannelRefusal, type Link } from '../link.ts'
import { printable } from '../../lib/printable.ts'
import { asRunning } from './running.ts'
import type { Command, Connection, HostKey, Result, Running, Target } from '../types.ts'

/** sshd's MaxSessions is 10; some stay free for the operator and for what is just closing. */
const CHANNELS = 8
const OPEN_SECONDS = 30
/** Linux refuses a single argument beyond 128 KiB, and quoting lengthens it. */
const LONGEST_ARGUMENT = 32_768

/** Where a script goes in: on stdin, or in the command line because stdin is the caller's. */
type Way = Pick<ExchangeOptions, 'input' | 'keep' | 'watched'> & { readonly script?: string }

/** A logged-in connection to one host. */
export class Session implements Connection {
  readonly name: string
  readonly #link: Link
  readonly #target: Target
  readonly #onExecution: (label: string) => void
  readonly #slots = pLimit(CHANNELS)
  readonly #gate = new BecomeGate()
  #executions = 0

  constructor(link: Link, target: Target, onExecution: (label: string) => void) {
    this.name = target.name
    this.#link = link
    this.#target = target
    this.#onExecution = onExecution
  }

  get executions(): number {
    return this.#executions
  }

  get hostKey(): HostKey | undefined {
    return this.#link.hostKey
  }

  async run(command: Command): Promise<Result> {
    const input = wrapScript(reveal(command))
    const { onLine } = command
    return await this.#slots(async () => {
      const exchange = await this.#execute(command, { input, keep: 'all', watched: onLine !== undefined })
      const [result] = await Promise.all([
        exchange.done.promise,
        onLine === undefined ? undefined : watch(exchange, onLine),
      ])
      return result
    })
  }

  async start(command: Command): Promise<Running> {
    const script = reveal(command)
    if (Buffer.byteLength(script) > LONGEST_ARGUMENT) {
      const what = `${command.label}: a script that stays may have ${LONGEST_ARGUMENT} bytes`
      throw new HostError(what, { where: this.name })
    }
    return await new Promise<Running>((resolve, reject) => {
      // The slot is held until the command has ended, not only until it has begun.
      const held = this.#slots(async () => {
        const exchange = await this.#execute(command, { script, input: undefined, keep: 'tail', watched: true })
        await exchange.begun.promise
        resolve(asRunning(exchange))
        await exchange.done.promise
      })
      held.catch(reject)
    })
  }

  async forward(address: string, port: number): Promise<Duplex> {
    if (this.#link.ended) throw this.#lost(`forwarding to ${address}:${port}`)
    return await this.#link.forward(address, port, this.#target.connectTimeoutSeconds)
  }

  close(): void {
    this.#link.close()
  }

  async #execute(command: Command, way: Way): Promise<Exchange> {
    const become = this.#become(command)
    if (become.by !== 'password') return await this.#launch(command, become, way)
    return await this.#gate.pass(async () => await this.#launch(command, become, way))
  }

  #become(command: Command): Become {
    const { become, becomePassword } = this.#target
    if (command.plain === true || become === 'none') return { by: 'nobody' }
    if (become === 'su') throw new HostError('become: su is being built', { where: this.name })
    // doas takes a password from a terminal only.
    return becomePassword === undefined || become === 'doas' ? { by: become } : { by: 'password', nonce: nonce() }
  }

  async #launch(command: Command, become: Become, way: Way): Promise<Exchange> {
    if (this.#link.ended) throw this.#lost(command.label)
    const mark = nonce()
    const { timeoutSeconds, label } = command
    const script = way.script === undefined ? {} : { script: way.script }
    const password = this.#target.becomePassword
    const commandLine = renderCommandLine({ become, mark, timeoutSeconds, ...script })
    const options: ExchangeOptions = {
      ...way,
      subject: { host: this.name, user: this.#target.user, label },
      mark,
      timeoutSeconds,
      prompt: become.by === 'password' && password !== undefined ? { nonce: become.nonce, password } : undefined,
      lost: () => this.#lost(label),
    }
    return await this.#open(label, commandLine, (channel) => new Exchange(channel, options))
  }

  async #open<T>(label: string, commandLine: string, begin: (channel: Channel) => T): Promise<T> {
    this.#executions += 1
    this.#onExecution(label)
    try {
      return await this.#link.exec(commandLine, { timeoutSeconds: OPEN_SECONDS, terminal: false }, begin)
    } catch (error) {
      if (this.#link.ended || !(error instanceof ChannelRefusal) || error.unanswered) throw this.#lost(label)
      const mend = 'see MaxSessions in its sshd_config (10 is the default), and the log of its sshd'
      const what = `${label}: the host refused to open a channel: ${printable(error.message)}`
      throw new HostError(what, { where: this.name, mend })
    }
  }

  #lost(label: string): ConnectionLostError {
    const { trouble } = this.#link
    const why = trouble === undefined ? '' : `: ${trouble}`
    const hops = this.#target.jumps.map(({ name }) => name)
    const jump = hops.length === 0 ? '' : `, and its jump host ${hops.join(', ')},`
    const mend = `see whether the host${jump} still runs; it is safe to start again`
    return new ConnectionLostError(`connection lost while “${label}” ran${why}`, { where: this.name, mend })
  }
}

/** Tells every line of stdout as it comes, until there are no more. How the command ended is another promise's business. */
async function watch(exchange: Exchange, onLine: (line: string) => void): Promise<void> {
  for await (const line of exchange.lines) onLine(line)
}

const nonce = (): string => randomBytes(12).toString('hex')

function reveal(command: Command): string {
  return typeof command.script === 'string' ? command.script : command.script.reveal()
}
