import type { Event } from '../engine/events.ts'
import { Board } from './board.ts'
import type { Paint } from './colour.ts'
import { renderFrame } from './frame.ts'
import type { Channel, Sink } from './output.ts'
import { type Said, Screen } from './screen.ts'
import type { View } from './tasks.ts'

/** Milliseconds between two draws, at least. */
const FRAME = 100
/** A quiet view is drawn again for its clocks. */
const SECOND = 1000

/** Rows of hosts at the foot of a terminal, drawn when something changed and at most every 100 ms, however many events come. */
export class LiveView implements View {
  readonly #board = new Board()
  readonly #screen: Screen
  readonly #stdout: Sink
  readonly #paint: Paint
  #said: Said[] = []
  /** There is a run to show: without one, a late start shows nothing. */
  #wanted = false
  #shown = false
  /** Somebody else has the terminal: what is said waits. */
  #held = false
  #timer: NodeJS.Timeout | undefined
  #due = Infinity
  #last = -Infinity

  constructor(sinks: Readonly<Record<Channel, Sink>>, paint: Paint) {
    this.#screen = new Screen(sinks)
    this.#stdout = sinks.stdout
    this.#paint = paint
  }

  take(event: Event): void {
    this.#board.take(event, performance.now())
    if (event.type === 'run-started') this.#wanted = true
    this.#drawSoon()
  }

  /** Puts lines above the rows; at once when there are none. */
  say(said: Said): void {
    this.#said.push(said)
    if (this.#held) return
    if (this.#shown) this.#drawSoon()
    else this.#draw([])
  }

  start(): void {
    if (!this.#wanted || this.#shown) return
    this.#shown = true
    this.#stdout.stream.on('resize', this.#drawSoon)
    process.on('exit', this.#exited)
    this.#drawSoon()
  }

  /** Gives the terminal away, without the rows. */
  pause(): void {
    if (this.#held) return
    if (this.#shown) this.#draw([])
    this.#screen.release()
    this.#held = true
  }

  resume(): void {
    if (!this.#held) return
    this.#held = false
    this.#draw(this.#shown ? this.#frame() : [])
  }

  /** Takes the rows away: what comes now stands in their place. */
  clear(): void {
    this.#held = false
    if (this.#shown) this.#draw([])
    this.#leave()
  }

  /** Lets the rows stand as they are: after an error they say how far each host came. */
  stop(): void {
    this.#held = false
    if (this.#shown) this.#draw(this.#frame())
    this.#leave()
  }

  #leave(): void {
    this.#wanted = false
    this.#shown = false
    clearTimeout(this.#timer)
    this.#due = Infinity
    this.#stdout.stream.off('resize', this.#drawSoon)
    process.off('exit', this.#exited)
    this.#screen.release()
  }

  /** Writing to a terminal is done at once, even while the program exits. */
  readonly #exited = (): void => {
    this.stop()
  }

  readonly #drawSoon = (): void => {
    this.#drawAt(this.#last + FRAME)
  }

  #drawAt(due: number): void {
    if (!this.#shown || due >= this.#due) return
    clearTimeout(this.#timer)
    this.#due = due
    this.#timer = setTimeout(
      () => {
        this.#due = Infinity
        this.#draw(this.#frame())
        this.#drawAt(this.#last + SECOND)
      },
      Math.max(0, due - performance.now()),
    )
    // A view keeps no program alive.
    this.#timer.unref()
  }

  #draw(frame: readonly string[]): void {
    if (this.#held) return
    this.#last = performance.now()
    const said = this.#said
    this.#said = []
    this.#screen.draw(said, frame)
  }

  #frame(): readonly string[] {
    const { columns, rows } = this.#screen
    // The cursor stands under the frame; a line that fills the last column is broken by some terminals.
    const room = { columns: columns - 1, lines: Math.max(1, rows - 1) }
    return renderFrame(this.#board.rows, this.#board.note, { ...room, now: performance.now(), paint: this.#paint })
  }
}
