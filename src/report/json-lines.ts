import { type Report, type ReportOptions, still } from './types.ts'
import { sinkOf } from './output.ts'

/** One event a line on stdout, as it is, and nothing else. */
export function jsonReport(options: ReportOptions): Report {
  const stdout = sinkOf(options.stdout)
  return {
    emit: (event) => {
      stdout.write(`${escaped(JSON.stringify(event))}\n`)
    },
    ...still,
    close: () => stdout.flush(),
  }
}

/** JSON leaves some control and format characters as they are; escaped they mean the same, and no terminal or reader stumbles over them. */
function escaped(json: string): string {
  return json.replaceAll(/[\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
  })
}
