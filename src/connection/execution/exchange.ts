import type { HostError, UnreachableError } from '../../lib/errors.ts'
import type { Secret } from '../../lib/secret.ts'
import type { Channel, Exit } from '../link.ts'
import { Budget, Capture } from './capture.ts'
import {
  brokenOffError,
  deadlineError,
  notBegunError,
  overflowError,
  signalError,
  silentBecomeError,
  wrongPasswordError,
} from './exchange-errors.ts'
import type { Subject } from './exchange-errors.ts'
import { LineQueue } from './line-queue.ts'
import { Settled } from './settled.ts'
import type { Result } from '../types.ts'

const OUTPUT_MEBIBYTES = 16
/** How long the streams of a script that failed may stay silent before they are given up: a daemon it started holds them. */
const GRACE_MS = 500
/** The script ends by `exit` and needs no end of input; a broken one that waits for its other half gets it this much later. */
const EOF_SECONDS = 1
const BEGIN_SECONDS = 30
/** The host kills at the deadline; this much later we no longer wait for it to say so. */
const LOCAL_EXTRA_SECONDS = 15
const NUDGE_MS = 2
const LONGEST_TIMER_MS = 2 ** 31 - 1
/** What a shell says of a child that a signal ended: 128 and the signal's number. */
const SIGNALS = new Map([
  [129, 'SIGHUP'],
  [130, 'SIGINT'],
  [131, 'SIGQUIT'],
  [132, 'SIGILL'],
  [134, 'SIGABRT'],
  [135, 'SIGBUS'],
  [136, 'SIGFPE'],
  [137, 'SIGKILL'],
  [139, 'SIGSEGV'],
  [141, 'SIGPIPE'],
  [143, 'SIGTERM'],
])
const DEADLINE_CODES: readonly number[] = [124, 137, 143]

export interface ExchangeOptions {
  readonly subject: Subject
  readonly mark: string
  readonly timeoutSeconds: number
  /** What sudo prompts with and is answered, when it may ask. */
  readonly prompt: { readonly nonce: string; readonly password: Secret } | undefined
  /** What goes in on stdin, whole; undefined leaves stdin open to the caller. */
  readonly input: string | undefined
  /** How much of each stream is kept. */
  readonly keep: 'all' | 'tail'
  /** Whether somebody reads the lines of stdout as they come. */
  readonly watched: boolean
  /** Why the connection ended, when it did. */
  readonly lost: () => UnreachableError
}

/** One command on one channel, from its start to its end: answers sudo, hands in the script, drains both streams, judges the end. */
export class Exchange {
  /** Settles when the script itself has begun. */
  readonly begun = new Settled<void>()
  readonly done = new Settled<Result>()
  /** The become password was asked for, and sent. */
  asked = false
  /** The script's stdout as it comes. */
  readonly lines = new LineQueue()
  readonly #channel: Channel
  readonly #options: ExchangeOptions
  readonly #stdout: Capture
  readonly #stderr: Capture
  readonly #budget: Budget
  readonly #since = performance.now()
  readonly #timers: NodeJS.Timeout[] = []
  #exit: Exit | undefined
  #grace: NodeJS.Timeout | undefined
  #nudging: NodeJS.Timeout | undefined

  constructor(channel: Channel, options: ExchangeOptions) {
    this.#channel = channel
    this.#options = options
    const keep = options.keep === 'all' ? Infinity : 65_536
    this.#stdout = new Capture(options.mark, keep)
    this.#stderr = new Capture(options.mark, keep)
    this.#budget = new Budget(options.keep === 'all' ? OUTPUT_MEBIBYTES * 2 ** 20 : Infinity)
    this.#listen()
    this.#watchTime()
    if (options.prompt === undefined) this.#giveInput()
  }

  send(line: string): void {
    this.#write(`${line}\n`)
  }

  closeInput(): void {
    this.#channel.end()
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
        if (!this.#stderr.marked) this.#answerPrompt()
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

  #watchTime(): void {
    const { subject, timeoutSeconds } = this.#options
    this.#after(timeoutSeconds + LOCAL_EXTRA_SECONDS, () => {
      this.#fail(deadlineError(subject, timeoutSeconds))
    })
    this.#after(BEGIN_SECONDS, () => {
      if (!this.begun.settled) this.#fail(silentBecomeError(subject, BEGIN_SECONDS, this.#said()))
    })
  }

  #after(seconds: number, act: () => void): void {
    this.#timers.push(setTimeout(act, Math.min(seconds * 1000, LONGEST_TIMER_MS)))
  }

  #take(capture: Capture, chunk: Buffer): string {
    if (this.#grace !== undefined) this.#startGrace()
    this.#nudge()
    if (this.done.settled) return ''
    if (!this.#budget.spend(chunk.length)) this.#fail(overflowError(this.#options.subject, OUTPUT_MEBIBYTES))
    return capture.push(chunk)
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
    this.begun.resolve()
    if (this.#options.prompt !== undefined) this.#giveInput()
  }

  #giveInput(): void {
    if (this.#options.input === undefined) return
    this.#write(this.#options.input)
    this.#after(EOF_SECONDS, () => {
      this.#channel.end()
    })
  }

  /** The password is sent when our own prompt is seen, and once: a second prompt means that it was wrong. */
  #answerPrompt(): void {
    const { prompt, subject } = this.#options
    if (prompt === undefined) return
    const prompts = this.#stderr.preamble.split(prompt.nonce).length - 1
    if (prompts > 1) this.#fail(wrongPasswordError(subject))
    else if (prompts === 1 && !this.asked) {
      this.asked = true
      this.#write(`${prompt.password.reveal()}\n`)
    }
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

  #judge(): Result | HostError | UnreachableError {
    const { subject, timeoutSeconds, lost } = this.#options
    const stderr = this.#stderr.text
    if (this.#exit === undefined) return lost()
    const { code, signal } = this.#exit
    if (code === null) return signalError(subject, signal ?? 'a signal', stderr)
    if (!this.#stdout.marked) return notBegunError(subject, code, this.#said())
    const late = performance.now() - this.#since >= timeoutSeconds * 1000
    if (late && DEADLINE_CODES.includes(code)) return deadlineError(subject, timeoutSeconds)
    const killer = SIGNALS.get(code)
    if (killer !== undefined) return signalError(subject, killer, stderr)
    return { code, stdout: this.#stdout.text, stderr }
  }

  /** What the host said before the script, on both streams, without our own prompt. */
  #said(): string {
    const said = `${this.#stdout.preamble}${this.#stderr.preamble}`
    const nonce = this.#options.prompt?.nonce
    return nonce === undefined ? said : said.replaceAll(nonce, '')
  }

  #fail(error: Error): void {
    this.begun.reject(error)
    this.done.reject(error)
    this.lines.end(error)
    this.#leave()
  }

  #leave(): void {
    this.#timers.forEach(clearTimeout)
    clearTimeout(this.#grace)
    clearTimeout(this.#nudging)
    this.#channel.close()
  }
}
