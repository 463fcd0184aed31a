import type { Event } from '../engine/events.ts'
import { painter, showsColour } from './colour.ts'
import { LiveView } from './live-view.ts'
import { Narrator } from './narrator.ts'
import { Sink } from './output.ts'
import { Pending } from './pending.ts'
import type { Report, ReportOptions } from './types.ts'

/** The rows of the view show these. */
const SHOWN_BY_ROWS = new Set<Event['type']>(['run-started', 'doing', 'connected', 'planned', 'waiting'])

/** A line a host in place, and above it what was done and what is wrong; at the end the summary, in place of the rows. */
export function liveReport(options: ReportOptions): Report {
  const sinks = { stdout: new Sink(options.stdout), stderr: new Sink(options.stderr) }
  const paint = { stdout: painter(showsColour(options.stdout)), stderr: painter(showsColour(options.stderr)) }
  const view = new LiveView(sinks, paint.stdout)
  const pending = new Pending()
  const narrator = new Narrator({
    command: options.command,
    verbose: options.verbose,
    paint,
    leaveOut: options.verbose ? new Set(['doing', 'waiting']) : SHOWN_BY_ROWS,
    columns: () => options.stdout.columns ?? Infinity,
    say: (text, channel) => {
      view.say({ text, channel })
    },
  })
  let followed = Promise.resolve()

  /** One run after the other. Until listr2 is loaded, rows are kept and lines are written as they come. */
  function follow({ cluster, hosts }: Extract<Event, { type: 'run-started' }>): void {
    const tasks = [cluster, ...hosts].map((name) => [name, pending.add(name)] as const)
    followed = Promise.all([import('./tasks.ts'), followed]).then(([{ followTasks }]) => followTasks(tasks, view))
  }

  return {
    emit(event) {
      view.take(event)
      if (event.type === 'run-started') follow(event)
      if (event.type === 'host-done') pending.settle(event.host)
      if (event.type === 'finished') view.clear()
      narrator.tell(event)
      if (event.type === 'finished') pending.settleAll()
    },
    async close() {
      view.stop()
      pending.settleAll()
      await followed
      await Promise.all([sinks.stdout.flush(), sinks.stderr.flush()])
    },
  }
}
