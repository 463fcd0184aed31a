import type { Duplex } from 'node:stream'
import type { Channel, ExecOptions, Link } from '../link.ts'
import type { HostKey } from '../types.ts'
import { LOADER, Spare } from './spare.ts'

/**
 * A link that opens the channel for a command before that is known, while the one before it runs. To open a channel and to ask
 * for a command on it are two round trips, which the next command need not wait for: on a slow line that is most of its time.
 */
export class SpareLink implements Link {
  readonly #link: Link
  #spare: Promise<Spare | undefined> | undefined

  constructor(link: Link) {
    this.#link = link
  }

  get trouble(): string | undefined {
    return this.#link.trouble
  }

  get ended(): boolean {
    return this.#link.ended
  }

  get hostKey(): HostKey | undefined {
    return this.#link.hostKey
  }

  onEnd(listener: () => void): void {
    this.#link.onEnd(listener)
  }

  async exec<T>(commandLine: string, options: ExecOptions, begin: (channel: Channel) => T): Promise<T> {
    const spare = await this.#take(!options.terminal && !commandLine.includes('\n'))
    const begun = spare === undefined ? this.#link.exec(commandLine, options, begin) : spare.become(commandLine, begin)
    // After the command's own: where the host opens one channel only, that is the one.
    if (options.followed === true) this.#spare ??= this.#open(options.timeoutSeconds)
    return await begun
  }

  async forward(address: string, port: number, timeoutSeconds: number): Promise<Duplex> {
    return await this.#link.forward(address, port, timeoutSeconds)
  }

  close(): void {
    this.#link.close()
  }

  /** The spare channel, if the host has not ended it. One that is of no use is closed: it may be in the way of another. */
  async #take(useful: boolean): Promise<Spare | undefined> {
    const taken = this.#spare
    this.#spare = undefined
    const spare = await taken
    if (spare === undefined || (useful && !spare.ended)) return spare
    spare.close()
    return undefined
  }

  /** A host that opens no further channel refuses nothing that was asked for. */
  async #open(timeoutSeconds: number): Promise<Spare | undefined> {
    const options = { timeoutSeconds, terminal: false }
    return await this.#link.exec(LOADER, options, (channel) => new Spare(channel)).catch(() => undefined)
  }
}
