import { setTimeout as sleep } from 'node:timers/promises'
import { type Channel, ChannelRefusal, type ExecOptions, type Link, type Reached } from '../link.ts'
import type { HostKey } from '../types.ts'
import { Line, whenClosed } from './line.ts'

/** sshd's MaxSessions is 10; some stay free for the operator and for what is just closing. */
const CHANNELS = 8
/** Connections to one host at once. */
const MOST_LINES = 4
/** How often a host may refuse a channel though none of ours is open, and the first pause after it: one may be closing there. */
const EMPTY_REFUSALS = 5
const PAUSE_MS = 100

/** The connection ended while a command was being started on it: whether it began is not known. */
export class LineLostError extends Error {
  readonly trouble: string | undefined

  constructor(trouble: string | undefined, cause?: unknown) {
    super('the connection was lost', { cause })
    this.trouble = trouble
  }
}

/**
 * The connections to one host. One is enough as long as it has room; that sshd's MaxSessions leaves less than usual shows
 * when a channel is refused. One that was lost is replaced when it is needed.
 */
export class Lines {
  readonly #open: () => Promise<Reached>
  #lines: readonly Line[]
  #limit = CHANNELS
  #opening: Promise<void> | undefined
  /** The host did not take a second connection: there is one only. */
  #alone = false
  #waiting: readonly (() => void)[] = []
  #closed = false

  constructor(first: Reached, open: () => Promise<Reached>) {
    this.#lines = [new Line(first)]
    this.#open = open
  }

  /** The key the host showed. */
  get hostKey(): HostKey | undefined {
    return this.#lines[0]?.link.hostKey
  }

  get closed(): boolean {
    return this.#closed
  }

  /**
   * Opens a channel where there is room for one, and waits for that; a `long` one ends when the run does. Throws ChannelRefusal
   * when the host refuses though nothing is open, LineLostError, and what opening a new connection throws.
   */
  async exec<T>(
    commandLine: string,
    options: ExecOptions,
    kind: 'short' | 'long',
    begin: (channel: Channel, line: Line) => T,
  ): Promise<T> {
    for (let refusals = 0; ;) {
      const line = await this.#take(kind)
      const free = (): void => {
        line.count(kind, -1)
        this.#news()
      }
      try {
        return await line.link.exec(commandLine, options, (channel) => {
          line.proven = true
          return begin(whenClosed(channel, free), line)
        })
      } catch (error) {
        free()
        if (line.link.ended || !(error instanceof ChannelRefusal) || error.unanswered)
          throw new LineLostError(line.trouble, error)
        if (line.used > 0) this.#limit = Math.min(this.#limit, line.used)
        else if (!line.proven || refusals === EMPTY_REFUSALS) throw error
        else await sleep(PAUSE_MS * 2 ** refusals++)
      }
    }
  }

  /** A connection that lives, for what the host does not count: forwarding. */
  async link(): Promise<Link> {
    for (;;) {
      const [line] = this.#alive()
      if (line !== undefined) return line.link
      await this.#grow()
    }
  }

  close(): void {
    this.#closed = true
    for (const { link } of this.#lines) link.close()
    this.#news()
  }

  async #take(kind: 'short' | 'long'): Promise<Line> {
    for (;;) {
      const lines = this.#alive()
      const line = lines.find(({ used }) => used < this.#limit)
      if (line !== undefined) {
        line.count(kind, 1)
        return line
      }
      if (!lines.some(({ moving }) => moving) && lines.length < MOST_LINES) await this.#grow()
      else if (this.#limit === 1 && lines.length === 1 && !this.#alone) await this.#growOrWait()
      else await this.#change()
    }
  }

  #alive(): readonly Line[] {
    if (this.#closed) throw new LineLostError('it was closed by us')
    this.#lines = this.#lines.filter(({ link }) => !link.ended)
    return this.#lines
  }

  /** One more, for all who want one now. */
  async #grow(): Promise<void> {
    this.#opening ??= this.#add().finally(() => {
      this.#opening = undefined
    })
    await this.#opening
  }

  async #add(): Promise<void> {
    const line = new Line(await this.#open())
    if (this.#closed) line.link.close()
    this.#lines = [...this.#lines, line]
    this.#news()
  }

  /** A second connection helps, but what is at work on the first will end anyway. */
  async #growOrWait(): Promise<void> {
    const grown = this.#grow().catch(async () => {
      this.#alone = true
      await this.#change()
    })
    await Promise.race([grown, this.#change()])
  }

  async #change(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#waiting = [...this.#waiting, resolve]
    })
  }

  /** Whoever waits looks again. */
  #news(): void {
    const waiting = this.#waiting
    this.#waiting = []
    for (const wake of waiting) wake()
  }
}
