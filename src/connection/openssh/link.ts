import type { Duplex } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Channel, ExecOptions, Link } from '../link.ts'
import type { HostKey } from '../types.ts'
import { openChannel } from './channel.ts'
import { ended, type Master } from './master.ts'
import { openTunnel } from './tunnel.ts'
import { signal } from './workspace.ts'

const CLOSING_MS = 1000
/** The end of a jump host's master is noticed no later than this after that of one behind it. */
const NOTICED_MS = 100

export interface LinkDetails {
  readonly socket: string
  /** The machine's, for errors. */
  readonly name: string
  readonly hostKey: HostKey | undefined
  /** The jump host's, where it goes through one. */
  readonly via: OpensshLink | undefined
}

/** A control master that is logged in to a machine. */
export class OpensshLink implements Link {
  /** For an ssh that goes through this machine. */
  readonly socket: string
  /** Unknown with an ssh before 8.5. */
  readonly hostKey: HostKey | undefined
  readonly #master: Master
  readonly #name: string
  readonly #via: OpensshLink | undefined
  readonly #listeners: (() => void)[] = []
  #closedByUs = false
  #ended = false
  #gone = false

  constructor(master: Master, { socket, name, hostKey, via }: LinkDetails) {
    this.hostKey = hostKey
    this.#via = via
    this.#master = master
    this.socket = socket
    this.#name = name
    master.mux.onEnd(() => {
      this.#gone = true
      void this.#finish()
    })
  }

  get trouble(): string | undefined {
    if (this.#closedByUs) return 'it was closed by us'
    return this.#gone ? this.#master.transcript.said.at(-1) : undefined
  }

  get ended(): boolean {
    return this.#ended
  }

  onEnd(listener: () => void): void {
    this.#listeners.push(listener)
  }

  async exec<T>(commandLine: string, options: ExecOptions, begin: (channel: Channel) => T): Promise<T> {
    return await openChannel(this.#master.mux, commandLine, options, begin)
  }

  async forward(address: string, port: number, timeoutSeconds: number): Promise<Duplex> {
    return await openTunnel(this.#master.mux, this.#name, address, port, timeoutSeconds)
  }

  close(): void {
    if (this.#gone) return
    this.#closedByUs = true
    const { pid } = this.#master.mux
    signal(pid, 'SIGTERM')
    setTimeout(() => {
      if (!this.#gone) signal(pid, 'SIGKILL')
    }, CLOSING_MS).unref()
  }

  /** When it is known whether it has gone too. */
  async settled(): Promise<void> {
    await sleep(NOTICED_MS)
    if (this.#gone && !this.#ended)
      await new Promise<void>((resolve) => {
        this.onEnd(resolve)
      })
  }

  /** After ssh's last words, which say why, and those of the jump host's, which may be the reason. */
  async #finish(): Promise<void> {
    await ended(this.#master.stderr)
    if (!this.#closedByUs) await this.#via?.settled()
    this.#ended = true
    this.#master.mux.end()
    for (const listener of this.#listeners) listener()
  }
}
