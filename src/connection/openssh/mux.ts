import { connect } from 'node:net'
import type { Socket } from 'node:net'
import { MuxChannel, MESSAGE } from './mux-channel.ts'
import type { ChannelEvents } from './mux-channel.ts'
import { Frames, Reader, string, uint32 } from './wire.ts'

/** Messages between a control master and those who use it: PROTOCOL.mux of OpenSSH. */
const MUX = { hello: 1, version: 4, aliveCheck: 0x10000004, alive: 0x80000005, proxy: 0x1000000f, proxied: 0x8000000f }
const GREETING_MS = 10_000
const PAD = Buffer.from([0])

/**
 * A connection to a control master's socket, in its proxy mode (`ssh -O proxy`, OpenSSH 7.4): we send and get the
 * messages of SSH's connection protocol, the master encrypts and renumbers them. In place of an `ssh -S` process a
 * command this tells a signal from an exit status, a 255 from a lost connection, and why a channel was refused; it
 * never falls back to a connection of its own; and a command costs two round trips and no process.
 */
export class Mux {
  /** The master's process. */
  readonly pid: number
  readonly #socket: Socket
  readonly #frames: Frames
  readonly #channels = new Map<number, MuxChannel>()
  #count = 0

  private constructor(socket: Socket, frames: Frames, pid: number) {
    this.#socket = socket
    this.#frames = frames
    this.pid = pid
    socket.on('data', (chunk: Buffer) => {
      this.#receive(chunk)
    })
  }

  /** Throws when the master does not answer as one. */
  static async to(path: string): Promise<Mux> {
    const socket = connect(path)
    const frames = new Frames()
    return await new Promise<Mux>((resolve, reject) => {
      const failed = (error: Error): void => {
        clearTimeout(timer)
        socket.destroy()
        reject(error)
      }
      const timer = setTimeout(() => {
        failed(new Error('the control master does not answer'))
      }, GREETING_MS)
      let pid = 0
      const greet = (chunk: Buffer): void => {
        for (const frame of frames.push(chunk)) {
          const body = new Reader(frame)
          const type = body.uint32()
          if (type === MUX.alive) {
            body.uint32()
            pid = body.uint32()
          } else if (type === MUX.proxied) {
            clearTimeout(timer)
            socket.off('data', greet)
            resolve(new Mux(socket, frames, pid))
          } else if (type !== MUX.hello) failed(new Error('the control master has no proxy mode'))
        }
      }
      // Stays: an error without a listener would end the process.
      socket.on('error', failed)
      socket.once('close', () => {
        failed(new Error('the control master has ended'))
      })
      socket.on('data', greet)
      for (const message of [
        [MUX.hello, MUX.version],
        [MUX.aliveCheck, 0],
        [MUX.proxy, 1],
      ])
        socket.write(string(Buffer.concat(message.map(uint32))))
    })
  }

  /** The master has gone, and the connection with it. */
  onEnd(listener: () => void): void {
    this.#socket.once('close', listener)
  }

  open(type: string, details: readonly Buffer[], events: ChannelEvents): MuxChannel {
    const id = this.#count
    this.#count += 1
    const channel = new MuxChannel(id, type, details, events, (message, body) => {
      this.#send(message, body)
    })
    this.#channels.set(id, channel)
    if (this.#socket.destroyed)
      queueMicrotask(() => {
        channel.finish()
      })
    return channel
  }

  /** Tells all channels that nothing more will come. */
  end(): void {
    this.#socket.destroy()
    for (const channel of this.#channels.values()) channel.finish()
    this.#channels.clear()
  }

  #send(type: number, body: readonly Buffer[]): void {
    if (this.#socket.writable) this.#socket.write(string(Buffer.concat([PAD, Buffer.from([type]), ...body])))
  }

  /** A message that is cut short comes from a host that means no good, or is none: that connection ends, and no other. */
  #receive(chunk: Buffer): void {
    try {
      for (const frame of this.#frames.push(chunk)) this.#dispatch(new Reader(frame))
    } catch {
      this.#socket.destroy()
    }
  }

  #dispatch(body: Reader): void {
    body.byte()
    const type = body.byte()
    if (type < MESSAGE.opened) return
    const id = body.uint32()
    if (this.#channels.get(id)?.take(type, body) === false) this.#channels.delete(id)
  }
}
