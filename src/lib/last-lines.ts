import { printable } from './printable.ts'

/** The last lines of a host's output, for an error message. */
export function lastLines(text: string, count = 5): string {
  const lines = text.trimEnd().split(/\r?\n/)
  return printable(lines.slice(-count).join('\n').slice(-2000))
}
