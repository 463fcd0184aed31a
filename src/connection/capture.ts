/** How much the streams of one command may still bring. */
export class Budget {
  #left: number

  constructor(bytes: number) {
    this.#left = bytes
  }

  /** False once more has come than may. */
  spend(bytes: number): boolean {
    this.#left -= bytes
    return this.#left >= 0
  }
}

/**
 * One stream of a command: decoded, and divided by the mark into what came before the script began (messages of login
 * shells and sudo) and the script's own output.
 */
export class Capture {
  readonly #decoder = new TextDecoder()
  readonly #mark: string
  readonly #keep: number
  readonly #parts: string[] = []
  #size = 0
  #before = ''
  #marked = false

  /** Of the script's output the last `keep` characters, at least, are kept. */
  constructor(mark: string, keep: number) {
    this.#mark = `${mark}\n`
    this.#keep = keep
  }

  /** Takes a chunk and gives back the part of it that is the script's. */
  push(chunk: Uint8Array): string {
    const own = this.#afterMark(this.#decoder.decode(chunk, { stream: true }))
    if (own !== '') this.#store(own)
    return own
  }

  get marked(): boolean {
    return this.#marked
  }

  /** What came before the mark. */
  get preamble(): string {
    return this.#before
  }

  get text(): string {
    return this.#parts.join('')
  }

  #store(own: string): void {
    this.#parts.push(own)
    this.#size += own.length
    while (this.#size - (this.#parts[0]?.length ?? 0) >= this.#keep) this.#size -= this.#parts.shift()?.length ?? 0
  }

  #afterMark(text: string): string {
    if (this.#marked) return text
    this.#before += text
    const at = this.#before.indexOf(this.#mark)
    if (at === -1) return ''
    this.#marked = true
    const own = this.#before.slice(at + this.#mark.length)
    this.#before = this.#before.slice(0, at)
    return own
  }
}
