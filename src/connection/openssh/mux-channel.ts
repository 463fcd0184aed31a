import { Reader, boolean, string, uint32 } from './wire.ts'

/** What a channel may send before it has to be granted more: bytes in flight. */
const WINDOW = 2 ** 21
const LARGEST_PACKET = 2 ** 15

/** Messages of SSH's connection protocol: RFC 4254, section 9. */
export const MESSAGE = {
  open: 90,
  opened: 91,
  refused: 92,
  granted: 93,
  data: 94,
  extendedData: 95,
  eof: 96,
  close: 97,
  request: 98,
  success: 99,
  failure: 100,
} as const

/** What is told of a channel, as it happens. */
export interface ChannelEvents {
  opened(): void
  /** `reason` is a number of RFC 4254, section 5.1. */
  refused(reason: number, description: string): void
  /** Whoever has used up what came says so with `grant`. */
  data(chunk: Buffer): void
  stderr(chunk: Buffer): void
  request(name: string, body: Reader): void
  /** The answers to requests that wanted one come in their order. */
  answered(success: boolean): void
  eof(): void
  /** Last, once: by the host, or because the connection has ended. */
  closed(): void
}

interface Pending {
  readonly data: Buffer
  readonly sent: () => void
}

/** One channel of an SSH connection, with the flow control of both directions. */
export class MuxChannel {
  readonly #send: (type: number, body: readonly Buffer[]) => void
  readonly #events: ChannelEvents
  #remote: { readonly id: Buffer; readonly largest: number; window: number } | undefined
  readonly #queue: Pending[] = []
  #used = 0
  #end: 'open' | 'wanted' | 'sent' = 'open'
  #closing = false
  #over = false

  constructor(
    id: number,
    type: string,
    details: readonly Buffer[],
    events: ChannelEvents,
    send: (type: number, body: readonly Buffer[]) => void,
  ) {
    this.#send = send
    this.#events = events
    send(MESSAGE.open, [string(type), uint32(id), uint32(WINDOW), uint32(LARGEST_PACKET), ...details])
  }

  /** Takes a message for this channel; false when it was its last. */
  take(type: number, body: Reader): boolean {
    switch (type) {
      case MESSAGE.opened:
        this.#remote = { id: uint32(body.uint32()), window: body.uint32(), largest: body.uint32() }
        if (this.#closing) this.#sendTo(MESSAGE.close)
        else this.#events.opened()
        return true
      case MESSAGE.refused:
        this.#over = true
        this.#events.refused(body.uint32(), body.text())
        return false
      case MESSAGE.granted:
        if (this.#remote !== undefined) this.#remote.window += body.uint32()
        this.#flush()
        return true
      case MESSAGE.close:
        this.close()
        this.finish()
        return false
      default:
        this.#tell(type, body)
        return true
    }
  }

  /** The connection has ended, or the host has closed the channel. */
  finish(): void {
    if (this.#over) return
    this.#over = true
    this.#drop()
    this.#events.closed()
  }

  request(name: string, wantsAnswer: boolean, ...details: readonly Buffer[]): void {
    this.#sendTo(MESSAGE.request, string(name), boolean(wantsAnswer), ...details)
  }

  /** `sent` is called when there is room for more, or when none will ever be. */
  write(data: Buffer, sent: () => void = () => undefined): void {
    if (this.#over || this.#closing || this.#end !== 'open') {
      sent()
      return
    }
    this.#queue.push({ data, sent })
    this.#flush()
  }

  /** Nothing more is written. */
  end(): void {
    if (this.#end === 'open') this.#end = 'wanted'
    this.#flush()
  }

  /** What was used up of that which came is granted anew, in large portions. */
  grant(bytes: number): void {
    this.#used += bytes
    if (this.#used < WINDOW / 2) return
    this.#sendTo(MESSAGE.granted, uint32(this.#used))
    this.#used = 0
  }

  close(): void {
    if (this.#closing) return
    this.#closing = true
    this.#drop()
    this.#sendTo(MESSAGE.close)
  }

  #tell(type: number, body: Reader): void {
    if (type === MESSAGE.data) this.#events.data(body.string())
    else if (type === MESSAGE.extendedData && body.uint32() === 1) this.#events.stderr(body.string())
    else if (type === MESSAGE.eof) this.#events.eof()
    else if (type === MESSAGE.success || type === MESSAGE.failure) this.#events.answered(type === MESSAGE.success)
    else if (type === MESSAGE.request) {
      const name = body.text()
      body.byte()
      this.#events.request(name, body)
    }
  }

  #flush(): void {
    const remote = this.#remote
    if (remote === undefined || this.#closing) return
    while (remote.window > 0) {
      const [first] = this.#queue
      if (first === undefined) break
      const size = Math.min(remote.window, remote.largest, first.data.length)
      if (size > 0) this.#sendTo(MESSAGE.data, string(first.data.subarray(0, size)))
      remote.window -= size
      this.#queue.shift()
      if (size < first.data.length) this.#queue.unshift({ ...first, data: first.data.subarray(size) })
      else first.sent()
    }
    if (this.#end !== 'wanted' || this.#queue.length > 0) return
    this.#end = 'sent'
    this.#sendTo(MESSAGE.eof)
  }

  /** What is not sent by now never will be. */
  #drop(): void {
    for (const { sent } of this.#queue.splice(0)) sent()
  }

  #sendTo(type: number, ...body: readonly Buffer[]): void {
    if (this.#remote !== undefined && !this.#over) this.#send(type, [this.#remote.id, ...body])
  }
}
