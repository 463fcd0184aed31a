import { randomBytes } from 'node:crypto'
import type { Duplex } from 'node:stream'
import { ConnectionLostError, HostError, UnreachableError } from '../../lib/errors.ts'
import type { Trials } from '../credentials/trials.ts'
import { TerminalWantedError } from './become-refused.ts'
import { BecomeGate } from './become-gate.ts'
import type { Asking } from './become-prompt.ts'
import { renderCommandLine, wrapScript } from './command-line.ts'
import type { Become } from './command-line.ts'
import { Exchange } from './exchange.ts'
import type { ExchangeOptions } from './exchange.ts'
import { type Channel, ChannelRefusal, type ExecOptions } from '../link.ts'
import type { Line } from './line.ts'
import { LineLostError, type Lines } from './lines.ts'
import { lostError, notReopenedError, NotReopenedError } from './lost.ts'
import { printable } from '../../lib/printable.ts'
import { asRunning } from './running.ts'
import type { Command, Connection, HostKey, Result, Running, Target } from '../types.ts'

const OPEN_SECONDS = 30
/** Linux refuses a single argument beyond 128 KiB, and quoting lengthens it. */
const LONGEST_ARGUMENT = 32_768

/** Where a script goes in: on stdin, or in the command line because stdin is the caller's. */
type Way = Pick<ExchangeOptions, 'input' | 'keep' | 'watched'> & {
  readonly script?: string
  /** It was begun once, and the connection was lost. */
  readonly again?: boolean
}

/** A host we are logged in to. A connection that is lost is opened again when the next command needs one. */
export class Session implements Connection {
  readonly name: string
  readonly #lines: Lines
  readonly #target: Target
  readonly #onExecution: (label: string) => void
  readonly #gate = new BecomeGate()
  readonly #trials: Trials
  /** Its sudo wants a terminal, as was learnt once. */
  #terminal = false
  #executions = 0

  /** `trials`: of the become passwords, shared by all hosts of a run. */
  constructor(lines: Lines, target: Target, trials: Trials, onExecution: (label: string) => void) {
    this.name = target.name
    this.#lines = lines
    this.#target = target
    this.#trials = trials
    this.#onExecution = onExecution
  }

  get executions(): number {
    return this.#executions
  }

  get hostKey(): HostKey | undefined {
    return this.#lines.hostKey
  }

  async run(command: Command): Promise<Result> {
    try {
      return await this.#run(command)
    } catch (error) {
      const lost = error instanceof ConnectionLostError && !(error instanceof NotReopenedError)
      if (!lost || command.repeatable !== true || this.#lines.closed) throw error
      return await this.#run(command, true)
    }
  }

  async start(command: Command): Promise<Running> {
    const script = reveal(command)
    if (Buffer.byteLength(script) > LONGEST_ARGUMENT) {
      const what = `${command.label}: a script that stays may have ${LONGEST_ARGUMENT} bytes`
      throw new HostError(what, { where: this.name })
    }
    const exchange = await this.#execute(command, { script, input: undefined, keep: 'tail', watched: true })
    await exchange.begun.promise
    return asRunning(exchange)
  }

  async forward(address: string, port: number): Promise<Duplex> {
    const link = await this.#lines.link().catch((error: unknown) => {
      const label = `forwarding to ${address}:${port}`
      if (error instanceof LineLostError) throw lostError(this.#target, label, error.trouble, 'looked')
      throw error instanceof UnreachableError ? notReopenedError(this.#target, label, false, error) : error
    })
    return await link.forward(address, port, this.#target.connectTimeoutSeconds)
  }

  close(): void {
    this.#lines.close()
  }

  async #run(command: Command, again = false): Promise<Result> {
    const input = wrapScript(reveal(command))
    const { onLine } = command
    const exchange = await this.#execute(command, { input, keep: 'all', watched: onLine !== undefined, again })
    const [result] = await Promise.all([
      exchange.done.promise,
      onLine === undefined ? undefined : watch(exchange, onLine),
    ])
    return result
  }

  /** A sudo that wants a terminal says so before anything has run: the same command goes once more, with one. */
  async #execute(command: Command, way: Way): Promise<Exchange> {
    const hadTerminal = this.#terminal
    try {
      return await this.#tryToBegin(command, way)
    } catch (error) {
      if (!(error instanceof TerminalWantedError) || hadTerminal) throw error
      this.#terminal = true
      return await this.#tryToBegin(command, way)
    }
  }

  async #tryToBegin(command: Command, way: Way): Promise<Exchange> {
    const become = this.#become(command)
    const launch = async (): Promise<Exchange> => await this.#launch(command, become, way)
    const exchange = await (become.by === 'password' ? this.#gate.pass(launch) : launch())
    if (become.by !== 'nobody') await exchange.begun.promise
    return exchange
  }

  #become(command: Command): Become {
    const { become, becomePassword } = this.#target
    if (command.plain === true || become === 'none') return { by: 'nobody' }
    if (become === 'su') return { by: 'password', program: 'su', nonce: nonce() }
    // doas takes a password from a terminal only.
    if (becomePassword === undefined || become === 'doas') return { by: become }
    return { by: 'password', program: become, nonce: nonce() }
  }

  #asking(become: Become): Asking | undefined {
    if (become.by !== 'password') return undefined
    const { user, name, becomePassword } = this.#target
    const program = become.program === 'su' ? 'su' : 'sudo'
    return {
      program,
      nonce: become.nonce,
      password: becomePassword,
      enter: async (password) => await this.#trials.enter(program === 'su' ? 'root' : user, password, name),
    }
  }

  async #launch(command: Command, become: Become, way: Way): Promise<Exchange> {
    const mark = nonce()
    const { timeoutSeconds, label } = command
    const script = way.script === undefined ? {} : { script: way.script }
    // Begins with what no prompt ends with: the beginning of this line is held back until the rest of it comes.
    const split = this.#terminal && become.by !== 'nobody' ? `@${nonce()}` : undefined
    const withSplit = split === undefined ? {} : { split }
    const commandLine = renderCommandLine({ become, mark, timeoutSeconds, ...script, ...withSplit })
    const options: Omit<ExchangeOptions, 'lost'> = {
      ...way,
      subject: { host: this.name, user: this.#target.user, label },
      mark,
      timeoutSeconds,
      asking: this.#asking(become),
      split,
    }
    const fate = command.repeatable === true ? 'looked' : 'ran'
    return await this.#open(command, commandLine, { ...way, terminal: split !== undefined }, (channel, line) => {
      const lost = (): ConnectionLostError => lostError(this.#target, label, line.trouble, fate)
      return new Exchange(channel, { ...options, lost })
    })
  }

  async #open<T>(
    { label, repeatable, followed }: Command,
    commandLine: string,
    { script, again, terminal }: Way & Pick<ExecOptions, 'terminal'>,
    begin: (channel: Channel, line: Line) => T,
  ): Promise<T> {
    this.#executions += 1
    this.#onExecution(label)
    const options = { timeoutSeconds: OPEN_SECONDS, terminal, followed: followed === true }
    const kind = script === undefined ? 'short' : 'long'
    try {
      return await this.#lines.exec(commandLine, options, kind, begin)
    } catch (error) {
      if (error instanceof LineLostError)
        throw lostError(this.#target, label, error.trouble, repeatable === true ? 'looked' : 'starting')
      if (error instanceof UnreachableError) throw notReopenedError(this.#target, label, again === true, error)
      if (!(error instanceof ChannelRefusal)) throw error
      const mend = 'see MaxSessions in its sshd_config (10 is the default), and the log of its sshd'
      const what = `${label}: the host refused to open a channel: ${printable(error.message)}`
      throw new HostError(what, { where: this.name, mend })
    }
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
