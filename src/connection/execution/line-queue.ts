/** More lines than this that nobody has read are forgotten, the oldest first: a stream has to be drained, read or not. */
const UNREAD_LINES = 10_000

/** Text that comes in pieces, as lines that can be awaited. Ends like the stream it comes from: by its end or its error. */
export class LineQueue implements AsyncIterable<string> {
  readonly #lines: string[] = []
  #rest = ''
  #ending: { readonly error: Error | undefined } | undefined
  #wake: () => void = () => undefined

  push(text: string): void {
    const pieces = `${this.#rest}${text}`.split('\n')
    this.#rest = pieces.pop() ?? ''
    this.#lines.push(...pieces)
    if (this.#lines.length > UNREAD_LINES) this.#lines.splice(0, this.#lines.length - UNREAD_LINES)
    this.#wake()
  }

  end(error?: Error): void {
    if (this.#rest !== '') this.push('\n')
    this.#ending = { error }
    this.#wake()
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<string, void, undefined> {
    for (;;) {
      const line = this.#lines.shift()
      if (line !== undefined) yield line
      else if (this.#ending === undefined) await this.#news()
      else if (this.#ending.error === undefined) return
      else throw this.#ending.error
    }
  }

  async #news(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#wake = resolve
    })
  }
}
