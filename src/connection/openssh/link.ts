import type { Duplex } from 'node:stream'
import type { Channel, ExecOptions, Link } from '../link.ts'
import type { HostKey } from '../types.ts'
import { openChannel } from './channel.ts'
import { ended, type Master } from './master.ts'
import { openTunnel } from './tunnel.ts'
import { signal } from './workspace.ts'

const CLOSING_MS = 1000

/** A control master that is logged in to a machine. */
export class OpensshLink implements Link {
  /** For an ssh that goes through this machine. */
  readonly socket: string
  /** Unknown with an ssh before 8.5. */
  readonly hostKey: HostKey | undefined
  readonly #master: Master
  readonly #name: string
  readonly #listeners: (() => void)[] = []
  #closedByUs = false
  #ended = false
  #gone = false

  /** `name` is the machine's, for errors. */
  constructor(master: Master, socket: string, name: string, hostKey: HostKey | undefined) {
    this.hostKey = hostKey
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

  /** After ssh's last words, which say why. */
  async #finish(): Promise<void> {
    await ended(this.#master.stderr)
    this.#ended = true
    this.#master.mux.end()
    for (const listener of this.#listeners) listener()
  }
}
