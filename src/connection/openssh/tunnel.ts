import { Duplex } from 'node:stream'
import { ForwardError } from '../forward-error.ts'
import { forwardRefusal, forwardSilence } from '../forward-refusal.ts'
import type { Mux } from './mux.ts'
import type { ChannelEvents, MuxChannel } from './mux-channel.ts'
import { answers } from './ping.ts'
import { string, uint32 } from './wire.ts'

/** A TCP connection that begins on the host `where` and goes to `address`. It is open when the far end is. */
export async function openTunnel(
  mux: Mux,
  where: string,
  address: string,
  port: number,
  timeoutSeconds: number,
): Promise<Duplex> {
  return await new Promise<Duplex>((resolve, reject) => {
    let waiting = true
    const fail = (error: ForwardError): void => {
      if (!waiting) return
      waiting = false
      clearTimeout(timer)
      tunnel.destroy()
      reject(error)
    }
    const timer = setTimeout(() => {
      void answers(mux).then((alive) => {
        fail(forwardSilence(alive, where, address, port, timeoutSeconds))
      })
    }, timeoutSeconds * 1000)
    const tunnel = new Tunnel(mux, [string(address), uint32(port), string('127.0.0.1'), uint32(0)], {
      opened() {
        waiting = false
        clearTimeout(timer)
        resolve(tunnel)
      },
      refused(reason, description) {
        fail(forwardRefusal({ reason, description }, where, address, port))
      },
      closed() {
        fail(new ForwardError('failed', `the connection to ${where} has ended`, { where }))
      },
    })
  })
}

/** A forwarded connection as a stream: what nobody reads is not granted anew, so the far end waits. */
class Tunnel extends Duplex {
  readonly #channel: MuxChannel
  #held = 0
  #complete = false

  constructor(mux: Mux, details: readonly Buffer[], events: Pick<ChannelEvents, 'opened' | 'refused' | 'closed'>) {
    super()
    // Like the sockets this stands for: its end tells more than an error nobody listens to.
    this.on('error', () => undefined)
    this.#channel = mux.open('direct-tcpip', details, {
      ...events,
      data: (chunk) => {
        if (this.push(chunk)) this.#channel.grant(chunk.length)
        else this.#held += chunk.length
      },
      stderr: (chunk) => {
        this.#channel.grant(chunk.length)
      },
      request: () => undefined,
      answered: () => undefined,
      eof: () => {
        this.#complete ||= !this.push(null)
      },
      // What has come and is not read yet stays to be read.
      closed: () => {
        events.closed()
        this.#complete ||= !this.push(null)
        this.end()
      },
    })
  }

  override _read(): void {
    this.#channel.grant(this.#held)
    this.#held = 0
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.#channel.write(chunk, done)
  }

  override _final(done: () => void): void {
    this.#channel.end()
    done()
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#channel.close()
    done(error)
  }
}
