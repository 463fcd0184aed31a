import { Text, text } from '../../lib/secret.ts'

/** A line of a file; a Text where a secret stands in it. */
export type Line = string | Text

/** A section: its head, and its lines indented. */
export function section(head: string, lines: readonly Line[]): Text {
  return Text.join([head, ...lines.map((line) => (typeof line === 'string' ? `  ${line}` : text`  ${line}`))], '\n')
}

/** An operator's raw text as lines; empty ones are dropped, indentation is ours at the first level only. */
export function rawLines(raw: string): string[] {
  return raw
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
}

/** `keyword value`, or nothing when there is no value. */
export function setting(keyword: string, value: string | number | undefined): string[] {
  return value === undefined ? [] : [`${keyword} ${value}`]
}
