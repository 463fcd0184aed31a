import type { Event } from '../engine/events.ts'
import type { Paint } from './colour.ts'
import { at, eventLine, isDiagnostic, mend } from './line.ts'
import type { Channel } from './output.ts'
import { nextStep, outcomeLine } from './outcome.ts'
import { pingLines } from './ping.ts'
import { hostLines, planLines } from './plan.ts'
import { type EventOf, Run } from './run.ts'
import { summaryTable, unfinished } from './summary.ts'

interface NarratorOptions {
  readonly command: string
  readonly verbose: boolean
  readonly paint: Readonly<Record<Channel, Paint>>
  /** Events this view shows in another way. */
  readonly leaveOut: ReadonlySet<Event['type']>
  /** Of the terminal, at the moment of the summary. */
  readonly columns: () => number
  readonly say: (line: string, channel: Channel) => void
}

/** What can be emitted several times with the same words. */
const REPEATED = new Set<Event['type']>(['warning', 'check', 'waiting', 'planned', 'unreachable', 'error'])

/** Tells a run in lines, and ends with its summary: all that the views for people have in common. */
export class Narrator {
  readonly #options: NarratorOptions
  readonly #said = new Set<string>()
  #run = new Run()

  constructor(options: NarratorOptions) {
    this.#options = options
  }

  tell(event: Event): void {
    if (event.type === 'run-started') {
      this.#run = new Run()
      this.#said.clear()
    }
    this.#run.take(event)
    if (event.type === 'finished') this.#end(event)
    else this.#line(event)
  }

  #line(event: Event): void {
    const { command, leaveOut, verbose, paint, say } = this.#options
    const channel = isDiagnostic(event) ? 'stderr' : 'stdout'
    // A plan shows its changes and their order at the end, as one text.
    if (command === 'plan' && (event.type === 'planned' || event.type === 'order')) return
    // So does a ping its table, in which everybody is, reached or not.
    if (command === 'ping' && (event.type === 'connected' || event.type === 'unreachable')) return
    if (leaveOut.has(event.type)) return
    if (verbose && event.type === 'planned' && event.resources.length > 0) {
      this.#once(hostLines(event, paint[channel]).join('\n'), channel)
      return
    }
    if (event.type === 'error' && this.#said.has(complaint(event))) {
      // The action that failed has told it already; what to do about it is news.
      if (event.mend !== undefined) this.#once(`${at(event.host)}${mend(event.mend).trimStart()}`, channel)
      return
    }
    if (event.type === 'action-failed' || event.type === 'unreachable') this.#said.add(complaint(event))
    const line = eventLine(event, verbose, paint[channel])
    if (line === undefined) return
    if (REPEATED.has(event.type)) this.#once(line, channel)
    else say(line, channel)
  }

  #once(line: string, channel: Channel): void {
    if (this.#said.has(line)) return
    this.#said.add(line)
    this.#options.say(line, channel)
  }

  #end(finished: EventOf<'finished'>): void {
    const { columns, paint, say, verbose } = this.#options
    const summary = finished.command === 'plan' ? planLines(this.#run, paint.stdout) : this.#summary(verbose, columns())
    const lines = [...pingLines(this.#run.pings, { paint: paint.stdout, columns: columns() }), ...summary]
    const style = OUTCOME_STYLES[finished.outcome]
    const next = nextStep(this.#run, finished)
    const outcome = paint.stdout(style, outcomeLine(this.#run, finished))
    say([...lines, outcome, ...(next === undefined ? [] : [`  → ${next}`])].join('\n'), 'stdout')
  }

  #summary(verbose: boolean, columns: number): readonly string[] {
    const paint = this.#options.paint.stdout
    return [...summaryTable(this.#run, { verbose, paint, columns }), ...unfinished(this.#run, paint)]
  }
}

const OUTCOME_STYLES = {
  done: 'green',
  'nothing to do': 'green',
  changes: 'yellow',
  'changes refused': 'yellow',
  failed: 'red',
  'not verified': 'red',
  unreachable: 'red',
  interrupted: 'yellow',
} as const

function complaint(event: { readonly host: string | undefined; readonly message: string }): string {
  return `${event.host ?? ''}\n${event.message}`
}
