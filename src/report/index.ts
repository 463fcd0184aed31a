import { clean } from './clean.ts'
import { jsonReport } from './json-lines.ts'
import { liveReport } from './live.ts'
import { plainReport } from './plain.ts'
import type { Report, ReportOptions } from './types.ts'

export { renderPlan } from './plan.ts'

/**
 * The view that fits who reads: a program, a person at a terminal, or a log.
 * What people see is made printable here, once; a program gets everything as it was.
 */
export function createReport(options: ReportOptions): Report {
  if (options.json) return jsonReport(options)
  const movesCursor = options.interactive && process.env['TERM'] !== 'dumb'
  const report = movesCursor ? liveReport(options) : plainReport(options)
  return {
    ...report,
    emit: (event) => {
      report.emit(clean(event))
    },
  }
}
