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
 * shells and sudo), the script's own output, and what comes after it has ended (from a daemon it started).
 */
export class Capture {
  readonly #decoder = new TextDecoder()
  readonly #mark: string
  readonly #keep: number
  readonly #parts: string[] = []
  #size = 0
  #before = ''
  /** The end of what came that may be the beginning of the mark. */
  #held = ''
  #place: 'before' | 'within' | 'after' = 'before'

  /** Of the script's output the last `keep` characters, at least, are kept. */
  constructor(mark: string, keep: number) {
    this.#mark = `${mark}\n`
    this.#keep = keep
  }

  /** Takes a chunk and gives back the part of it that is the script's. */
  push(chunk: Uint8Array): string {
    const text = this.#decoder.decode(chunk, { stream: true })
    const own = this.#untilEnd(this.#place === 'before' ? this.#afterBegin(text) : text)
    if (own !== '') this.#store(own)
    return own
  }

  /** The script has begun. */
  get marked(): boolean {
    return this.#place !== 'before'
  }

  /** All of the script's output has come. */
  get complete(): boolean {
    return this.#place === 'after'
  }

  /** What came before the script. */
  get preamble(): string {
    return this.#before
  }

  get text(): string {
    return this.#parts.join('') + this.#held
  }

  #store(own: string): void {
    this.#parts.push(own)
    this.#size += own.length
    while (this.#size - (this.#parts[0]?.length ?? 0) >= this.#keep) this.#size -= this.#parts.shift()?.length ?? 0
  }

  #afterBegin(text: string): string {
    this.#before += text
    const at = this.#before.indexOf(this.#mark)
    if (at === -1) return ''
    this.#place = 'within'
    const rest = this.#before.slice(at + this.#mark.length)
    this.#before = this.#before.slice(0, at)
    return rest
  }

  #untilEnd(text: string): string {
    if (this.#place !== 'within') return ''
    const all = this.#held + text
    const at = all.indexOf(this.#mark)
    if (at !== -1) {
      this.#place = 'after'
      this.#held = ''
      return all.slice(0, at)
    }
    const kept = overlap(all, this.#mark)
    this.#held = all.slice(all.length - kept)
    return all.slice(0, all.length - kept)
  }
}

/** How many characters at the end of the text may be the beginning of the mark. */
function overlap(text: string, mark: string): number {
  for (let length = Math.min(mark.length - 1, text.length); length > 0; length -= 1) {
    if (text.endsWith(mark.slice(0, length))) return length
  }
  return 0
}
