import type { Duplex } from 'node:stream'
import type { Client } from 'ssh2'
import { printable } from '../../lib/printable.ts'
import type { Channel, ExecOptions, Link } from '../link.ts'
import type { HostKey } from '../types.ts'
import { openChannel } from './channel.ts'
import { openTunnel } from './tunnel.ts'

const CLOSING_MS = 1000

/** A logged-in ssh2 client, and the stream under it. */
export class Ssh2Link implements Link {
  readonly hostKey: HostKey | undefined
  readonly #client: Client
  readonly #socket: Duplex
  readonly #name: string
  #trouble: string | undefined
  #ended = false

  /** `name` is the machine's, for errors. */
  constructor(client: Client, socket: Duplex, name: string, hostKey: HostKey | undefined) {
    this.hostKey = hostKey
    this.#client = client
    this.#socket = socket
    this.#name = name
    client.on('error', (error) => {
      this.#trouble = printable(error.message)
    })
    client.on('close', () => {
      this.#ended = true
    })
  }

  get trouble(): string | undefined {
    return this.#trouble
  }

  get ended(): boolean {
    return this.#ended
  }

  onEnd(listener: () => void): void {
    this.#client.once('close', listener)
  }

  async exec<T>(commandLine: string, options: ExecOptions, begin: (channel: Channel) => T): Promise<T> {
    return await openChannel(this.#client, commandLine, options, begin)
  }

  async forward(address: string, port: number, timeoutSeconds: number): Promise<Duplex> {
    return await openTunnel(this.#client, this.#name, address, port, timeoutSeconds)
  }

  close(): void {
    this.#trouble ??= 'it was closed by us'
    this.#client.end()
    setTimeout(() => this.#socket.destroy(), CLOSING_MS).unref()
  }
}
