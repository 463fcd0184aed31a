import { HaError } from '../lib/errors.ts'

/** A stream results go to: process.stdout, or a terminal of a test. */
export interface Output extends NodeJS.WritableStream {
  readonly columns?: number | undefined
  readonly rows?: number | undefined
}

/** One of the two streams. */
export type Channel = 'stdout' | 'stderr'

/** The reader went away (`| head`, a closed terminal): nothing is wrong with the run, there is only nobody to tell. */
const READER_GONE = new Set(['EPIPE', 'EIO', 'ERR_STREAM_DESTROYED'])

/**
 * The one way to a stream. A reader that goes away ends the writing quietly and never the run: hosts must not be left
 * half done because of `| head`.
 */
export class Sink {
  readonly stream: Output
  #trouble: Error | undefined

  constructor(stream: Output) {
    this.stream = stream
    // Stays for good: the error of a write can come after everything else has ended.
    stream.on('error', (error: Error) => {
      this.#trouble ??= error
    })
  }

  write(text: string): void {
    if (this.#trouble === undefined && text !== '') this.stream.write(text)
  }

  /** Settles when everything is written. Throws when results were lost, to a full disk for instance. */
  async flush(): Promise<void> {
    if (this.#trouble === undefined)
      await new Promise<void>((resolve) =>
        this.stream.write('', () => {
          resolve()
        }),
      )
    const code = this.#trouble !== undefined && 'code' in this.#trouble ? this.#trouble.code : undefined
    if (this.#trouble === undefined || (typeof code === 'string' && READER_GONE.has(code))) return
    throw new HaError(`the report could not be written: ${this.#trouble.message}`, {
      mend: 'the run itself was not stopped by this: look at the hosts with verify, then make room',
      cause: this.#trouble,
    })
  }
}

const sinks = new WeakMap<Output, Sink>()

/** A stream has one sink, however many reports are written to it one after the other. */
export function sinkOf(stream: Output): Sink {
  const sink = sinks.get(stream) ?? new Sink(stream)
  sinks.set(stream, sink)
  return sink
}
