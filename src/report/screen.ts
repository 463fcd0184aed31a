import { stripVTControlCharacters } from 'node:util'
import type { Channel, Sink } from './output.ts'
import { width } from './width.ts'

const HIDE_CURSOR = '\u001b[?25l'
const SHOW_CURSOR = '\u001b[?25h'
/** What lies between is shown as one picture by terminals that know it, and ignored by the others. */
const BEGIN = '\u001b[?2026h'
const END = '\u001b[?2026l'
const ERASE_LINE_END = '\u001b[K'
const ERASE_BELOW = '\u001b[J'

/** Lines that are to stand above the frame for good. */
export interface Said {
  readonly text: string
  readonly channel: Channel
}

/**
 * The lowest lines of a terminal, redrawn in place. Between two draws the cursor stands at the start of the line under
 * the frame. Only lines that changed are written.
 */
export class Screen {
  readonly #sinks: Readonly<Record<Channel, Sink>>
  #drawn: readonly string[] = []
  #columns = 0
  #hidden = false

  constructor(sinks: Readonly<Record<Channel, Sink>>) {
    this.#sinks = sinks
  }

  /** A terminal that does not know its size says 0. */
  get columns(): number {
    return this.#sinks.stdout.stream.columns || 80
  }

  get rows(): number {
    return this.#sinks.stdout.stream.rows || 24
  }

  /** Puts lines above the frame and makes the frame these lines, in one write (unless some go to stderr). */
  draw(above: readonly Said[], frame: readonly string[]): void {
    const same = frame.length === this.#drawn.length && frame.every((line, index) => line === this.#drawn[index])
    const resized = this.columns !== this.#columns
    if (above.length === 0 && same && (!resized || frame.length === 0)) return
    const fresh = above.length > 0 || resized
    let text = `${BEGIN}${this.#cursor(frame.length > 0)}${this.#toTop()}${fresh ? ERASE_BELOW : ''}`
    for (const said of above) {
      if (said.channel === 'stderr') {
        this.#sinks.stdout.write(text)
        this.#sinks.stderr.write(`${said.text}\n`)
        text = ''
      } else text += `${said.text.replaceAll('\n', '\r\n')}\r\n`
    }
    text += frame.map((line, index) => this.#line(line, fresh ? undefined : this.#drawn[index])).join('')
    // Below may be rows of a longer frame, or the echo of a key.
    this.#sinks.stdout.write(`${text}${ERASE_BELOW}${END}`)
    this.#drawn = frame
    this.#columns = this.columns
  }

  /** Lets go of the frame: it stays where it is, and the next one begins under it. */
  release(): void {
    this.#drawn = []
    this.#sinks.stdout.write(this.#cursor(false))
  }

  #line(line: string, before: string | undefined): string {
    return line === before ? '\r\n' : `${line}${ERASE_LINE_END}\r\n`
  }

  #cursor(hide: boolean): string {
    if (hide === this.#hidden) return ''
    this.#hidden = hide
    return hide ? HIDE_CURSOR : SHOW_CURSOR
  }

  /** A terminal that became narrower has broken the lines it shows: they are more than were drawn. */
  #toTop(): string {
    const rows = this.#drawn.map((line) => Math.max(1, Math.ceil(width(stripVTControlCharacters(line)) / this.columns)))
    const sum = rows.reduce((total, amount) => total + amount, 0)
    return sum === 0 ? '' : `\u001b[${Math.min(sum, this.rows)}A\r`
  }
}
