import { painter, showsColour } from './colour.ts'
import { Narrator } from './narrator.ts'
import { sinkOf } from './output.ts'
import { type Report, type ReportOptions, still } from './types.ts'

/** Lines that stay, for pipes, files and CI. */
export function plainReport(options: ReportOptions): Report {
  const sinks = { stdout: sinkOf(options.stdout), stderr: sinkOf(options.stderr) }
  const narrator = new Narrator({
    command: options.command,
    verbose: options.verbose,
    paint: { stdout: painter(showsColour(options.stdout)), stderr: painter(showsColour(options.stderr)) },
    leaveOut: new Set(),
    columns: () => Infinity,
    say: (line, channel) => {
      sinks[channel].write(`${line}\n`)
    },
  })
  return {
    emit: (event) => {
      narrator.tell(event)
    },
    ...still,
    close: async () => {
      await Promise.all([sinks.stdout.flush(), sinks.stderr.flush()])
    },
  }
}
