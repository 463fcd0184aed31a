import type { Event } from '../engine/events.ts'
import { painter, showsColour } from './colour.ts'
import { LiveView } from './live-view.ts'
import { Narrator } from './narrator.ts'
import { sinkOf } from './output.ts'
import { Pending } from './pending.ts'
import type { View } from './tasks.ts'
import type { Report, ReportOptions } from './types.ts'

/** The rows of the view show these. */
const SHOWN_BY_ROWS = new Set<Event['type']>(['run-started', 'doing', 'connected', 'planned', 'waiting'])

/** A line a host in place, and above it what was done and what is wrong; at the end the summary, in place of the rows. */
export function liveReport(options: ReportOptions): Report {
  const sinks = { stdout: sinkOf(options.stdout), stderr: sinkOf(options.stderr) }
  const paint = { stdout: painter(showsColour(options.stdout)), stderr: painter(showsColour(options.stderr)) }
  const view = new LiveView(sinks, paint.stdout)
  const pending = new Pending()
  const narrator = new Narrator({
    command: options.command,
    verbose: options.verbose,
    paint,
    leaveOut: options.verbose ? new Set(['doing', 'waiting']) : SHOWN_BY_ROWS,
    columns: () => options.stdout.columns || Infinity,
    say: (text, channel) => {
      view.say({ text, channel })
    },
  })
  let followed = Promise.resolve()
  let runs = 0

  /** One run after the other. Until listr2 is loaded, rows are kept and lines are written as they come. */
  function follow({ cluster, hosts }: Extract<Event, { type: 'run-started' }>): void {
    pending.settleAll()
    const tasks = [cluster, ...hosts].map((name) => [name, pending.add(name)] as const)
    runs += 1
    const run = runs
    // A run that was over before its tasks began has nothing to say about the one after it.
    const own: View = {
      start: () => {
        if (run === runs) view.start()
      },
      stop: () => {
        if (run === runs) view.stop()
      },
    }
    followed = followAfter(followed, tasks, own)
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
    pause: () => {
      view.pause()
    },
    resume: () => {
      view.resume()
    },
    async close() {
      view.stop()
      pending.settleAll()
      await followed
      await Promise.all([sinks.stdout.flush(), sinks.stderr.flush()])
    },
  }
}

/** listr2 is loaded here, and only for a terminal. */
async function followAfter(
  before: Promise<void>,
  tasks: readonly (readonly [string, Promise<void>])[],
  view: View,
): Promise<void> {
  const { followTasks } = await import('./tasks.ts')
  await before
  await followTasks(tasks, view)
}
