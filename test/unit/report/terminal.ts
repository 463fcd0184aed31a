import { Writable } from 'node:stream'
import xterm from '@xterm/headless'
import { vi } from 'vitest'

/** A stream that is a real terminal emulator: what was written can be read as rows of a screen. */
export class TestTerminal extends Writable {
  readonly isTTY = true
  columns: number
  rows: number
  writes = 0
  bytes = 0
  readonly #terminal: InstanceType<typeof xterm.Terminal>

  constructor(columns = 80, rows = 24) {
    super({ decodeStrings: false })
    this.columns = columns
    this.rows = rows
    this.#terminal = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true, scrollback: 5000 })
    // What the kernel does for a terminal: a line feed is a carriage return too.
    this.#terminal.options.convertEol = true
  }

  override _write(chunk: string, _encoding: BufferEncoding, done: () => void): void {
    if (chunk !== '') this.writes += 1
    this.bytes += chunk.length
    const [cursor] = chunk.match(/\u001b\[\?25[hl](?!.*\u001b\[\?25)/s) ?? []
    if (cursor !== undefined) this.cursorShown = cursor.endsWith('h')
    this.#terminal.write(chunk)
    done()
  }

  /** All rows that were ever shown, without the empty ones at the end. */
  async all(): Promise<readonly string[]> {
    const parsed = new Promise<void>((resolve) => {
      this.#terminal.write('', resolve)
    })
    // The emulator reads in a timer of its own, which a test's stopped clock would never fire.
    if (vi.isFakeTimers()) await vi.advanceTimersByTimeAsync(0)
    await parsed
    const buffer = this.#terminal.buffer.active
    const rows = Array.from({ length: buffer.length }, (_, row) => buffer.getLine(row)?.translateToString(true) ?? '')
    return rows.slice(0, rows.findLastIndex((row) => row !== '') + 1)
  }

  /** The rows on the screen now. */
  async screen(): Promise<readonly string[]> {
    return (await this.all()).slice(this.#terminal.buffer.active.baseY)
  }

  cursorShown = true

  async resize(columns: number, rows: number): Promise<void> {
    await this.all()
    this.#terminal.resize(columns, rows)
    this.columns = columns
    this.rows = rows
    this.emit('resize')
  }
}

/** A stream that keeps what is written. */
export class TestPipe extends Writable {
  text = ''

  constructor() {
    super({ decodeStrings: false })
  }

  override _write(chunk: string, _encoding: BufferEncoding, done: () => void): void {
    this.text += chunk
    done()
  }
}
