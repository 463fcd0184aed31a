import type { UnreachableError } from '../../lib/errors.ts'
import type { Channel, Exit } from '../link.ts'
import { type Asking, BecomePrompt } from './become-prompt.ts'
import { Budget, Capture } from './capture.ts'
import { brokenOffError, deadlineError, notBegunError, overflowError, silentBecomeError } from './exchange-errors.ts'
import type { Subject } from './exchange-errors.ts'
import { judgeEnd } from './judge-end.ts'
import { LineQueue } from './line-queue.ts'
import { Settled } from './settled.ts'
import { splitStreams } from './terminal.ts'
import type { Result } from '../types.ts'

const OUTPUT_MEBIBYTES = 16
/** How long the streams of a script that failed may stay silent before they are given up: a daemon it started holds them. */
const GRACE_MS = 500
/** The script ends by `exit` and needs no end of input; a broken one that waits for its other half gets it this much later. */
const EOF_SECONDS = 1
/** Longer than keepalives take to notice a dead connection: that is the better reason, and a command that looks is run again. */
const BEGIN_SECONDS = 45
/** The host kills at the deadline; this much later we no longer wait for it to say so. */
const LOCAL_EXTRA_SECONDS = 15
const NUDGE_MS = 2
const LONGEST_TIMER_MS = 2 ** 31 - 1
export interface ExchangeOptions {
  readonly subject: Subject
  readonly mark: string
  readonly timeoutSeconds: number
  /** What may ask for a password before the script begins. */
  readonly asking: Asking | undefined
  /** It runs with a terminal; stderr is what comes after this line. */
  readonly split: string | undefined
  /** What goes in on stdin, whole; undefined leaves stdin open to the caller. */
  readonly input: string | undefined
  /** How much of each stream is kept. */
  readonly keep: 'all' | 'tail'
  /** Whether somebody reads the lines of stdout as they come. */
  readonly watched: boolean
  /** Why the connection ended, when it did. */
  readonly lost: () => UnreachableError
}

/** One command on one channel, from its start to its end: hands in the script, drains both streams, judges the end. */
export class Exchange {
  /** Settles when the script itself has begun. */
  readonly begun = new Settled<void>()
  readonly done = new Settled<Result>()
  /** The script's stdout as it comes. */
  readonly lines = new LineQueue()
  readonly #channel: Channel
  readonly #options: ExchangeOptions
  readonly #stdout: Capture
  readonly #stderr: Capture
  readonly #budget: Budget
  readonly #since = performance.now()
  readonly #timers: NodeJS.Timeout[] = []
  readonly #prompt: BecomePrompt | undefined
  #beginning: NodeJS.Timeout | undefined
  #exit: Exit | undefined
  #grace: NodeJS.Timeout | undefined
  #nudging: NodeJS.Timeout | undefined

  constructor(channel: Channel, options: ExchangeOptions) {
    const { split, asking, subject } = options
    this.#channel = split === undefined ? channel : splitStreams(channel, split)
    this.#options = options
    const keep = options.keep === 'all' ? Infinity : 65_536
    this.#stdout = new Capture(options.mark, keep)
    this.#stderr = new Capture(options.mark, keep)
    this.#budget = new Budget(options.keep === 'all' ? OUTPUT_MEBIBYTES * 2 ** 20 : Infinity)
    this.#prompt = asking && new BecomePrompt(asking, subject, this.#acts())
    this.#listen()
    this.#after(options.timeoutSeconds + LOCAL_EXTRA_SECONDS, () => {
      this.#fail(deadlineError(subject, options.timeoutSeconds))
    })
    this.#awaitBegin()
    if (!this.#waitsForBegin) this.#giveInput()
  }

  /** The become password was asked for, and sent. */
  get asked(): boolean {
    return this.#prompt?.answered === true
  }

  send(line: string): void {
    this.#write(`${line}\n`)
  }

  closeInput(): void {
    if (this.#options.split === undefined) this.#channel.end()
    else this.#channel.close()
  }

  /** Until the script has begun, stdin belongs to what may ask for a password, and a terminal echoes. */
  get #waitsForBegin(): boolean {
    return this.#prompt !== undefined || this.#options.split !== undefined
  }

  #acts(): ConstructorParameters<typeof BecomePrompt>[2] {
    return {
      write: (text) => {
        this.#write(text)
      },
      fail: (error) => {
        this.#fail(error)
      },
      patience: () => {
        this.#awaitBegin()
      },
    }
  }

  #listen(): void {
    this.#channel.listen({
      stdout: (chunk) => {
        const text = this.#take(this.#stdout, chunk)
        if (this.#options.watched) this.lines.push(text)
        if (this.#stdout.marked && !this.begun.settled) this.#begin()
        this.#finishWhenComplete()
      },
      stderr: (chunk) => {
        this.#take(this.#stderr, chunk)
        this.#finishWhenComplete()
      },
      exit: (exit) => {
        this.#exit = exit
        this.#startGrace()
        this.#finishWhenComplete()
      },
      close: () => {
        this.#finish('closed')
      },
    })
  }

  #awaitBegin(): void {
    clearTimeout(this.#beginning)
    this.#beginning = setTimeout(() => {
      if (!this.begun.settled) this.#fail(silentBecomeError(this.#options.subject, BEGIN_SECONDS, this.#said()))
    }, BEGIN_SECONDS * 1000)
  }

  #after(seconds: number, act: () => void): void {
    this.#timers.push(setTimeout(act, Math.min(seconds * 1000, LONGEST_TIMER_MS)))
  }

  #take(capture: Capture, chunk: Buffer): string {
    if (this.#grace !== undefined) this.#startGrace()
    this.#nudge()
    if (this.done.settled) return ''
    if (!this.#budget.spend(chunk.length)) this.#fail(overflowError(this.#options.subject, OUTPUT_MEBIBYTES))
    const own = capture.push(chunk)
    if (!this.#stdout.marked) this.#prompt?.hear(capture === this.#stdout ? 'stdout' : 'stderr', chunk.toString())
    return own
  }

  /**
   * sshd leaves Nagle's delay on for sessions without a terminal: what it says next waits for TCP's acknowledgement,
   * which comes 40 ms late unless we send something too. Sent once for what comes together: two in a row would hold
   * each other up on the way.
   */
  #nudge(): void {
    clearTimeout(this.#nudging)
    this.#nudging = setTimeout(() => {
      this.#channel.nudge()
    }, NUDGE_MS)
  }

  #write(text: string): void {
    clearTimeout(this.#nudging)
    this.#channel.write(text)
  }

  #begin(): void {
    clearTimeout(this.#beginning)
    this.#prompt?.begun()
    this.begun.resolve()
    if (this.#waitsForBegin) this.#giveInput()
  }

  #giveInput(): void {
    if (this.#options.input === undefined) return
    this.#write(this.#options.input)
    this.#after(EOF_SECONDS, () => {
      this.#channel.end()
    })
  }

  #startGrace(): void {
    if (this.done.settled) return
    clearTimeout(this.#grace)
    this.#grace = setTimeout(() => {
      this.#finish('silent')
    }, GRACE_MS)
  }

  /** The status may overtake the last of the output; and a daemon may hold the streams open when all has come. */
  #finishWhenComplete(): void {
    if (this.#exit !== undefined && this.#stdout.complete && this.#stderr.complete) this.#finish('complete')
  }

  #finish(why: 'complete' | 'closed' | 'silent'): void {
    if (this.done.settled) return
    const ending = this.#judge()
    if (ending instanceof Error) this.#fail(ending)
    else if (this.#stdout.complete && this.#stderr.complete) {
      this.begun.resolve()
      this.done.resolve(ending)
      this.lines.end()
      this.#leave()
    } else if (why === 'closed') this.#fail(brokenOffError(this.#options.subject))
  }

  #judge(): Result | Error {
    const { subject, timeoutSeconds, lost } = this.#options
    if (this.#exit === undefined) return lost()
    const { code } = this.#exit
    if (code !== null && !this.#stdout.marked) {
      return this.#prompt?.ended() ?? notBegunError(subject, code, this.#said())
    }
    const late = performance.now() - this.#since >= timeoutSeconds * 1000
    const output = { stdout: this.#stdout.text, stderr: this.#stderr.text }
    return judgeEnd(subject, this.#exit, output, late ? timeoutSeconds : undefined)
  }

  /** What the host said before the script, on both streams, without our own prompt. */
  #said(): string {
    const said = `${this.#stdout.preamble}${this.#stderr.preamble}`
    const nonce = this.#options.asking?.nonce
    return nonce === undefined ? said : said.replaceAll(`${nonce}:\n`, '').replaceAll(nonce, '')
  }

  #fail(error: Error): void {
    this.begun.reject(error)
    this.done.reject(error)
    this.lines.end(error)
    this.#leave()
  }

  #leave(): void {
    this.#prompt?.ended()
    this.#timers.forEach(clearTimeout)
    clearTimeout(this.#beginning)
    clearTimeout(this.#grace)
    clearTimeout(this.#nudging)
    this.#channel.close()
  }
}
