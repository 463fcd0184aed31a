import { HaError } from '../../lib/errors.ts'
import { Secret, Text, text } from '../../lib/secret.ts'

/** A line of keepalived.conf; a Text where a secret stands in it. */
export type Line = string | Text

/** `head { … }` as lines, its content indented. */
export function block(head: string, lines: readonly Line[]): Line[] {
  return [`${head} {`, ...lines.map((line) => (typeof line === 'string' ? `  ${line}` : text`  ${line}`)), '}']
}

/** The same, or nothing where there would be nothing inside. */
export function blockIfAny(head: string, lines: readonly Line[]): Line[] {
  return lines.length === 0 ? [] : block(head, lines)
}

export function joinLines(lines: readonly Line[]): Text {
  return Text.join(lines, '\n')
}

/** `keyword value`, or nothing when there is no value. */
export function setting(keyword: string, value: string | number | undefined): string[] {
  return value === undefined ? [] : [`${keyword} ${value}`]
}

export function rawLines(raw: string): string[] {
  return raw
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line.trim() !== '')
}

/** Milliseconds as keepalived's seconds: `1`, `0.5`. */
export function seconds(milliseconds: number): number {
  return milliseconds / 1000
}

/** Seconds where keepalived takes whole ones only; rounded up, so that nothing gets less time than it was given. */
export function wholeSeconds(milliseconds: number): number {
  return Math.ceil(milliseconds / 1000)
}

/**
 * A string as one word. `#` and `!` begin comments, so whatever is not plain goes into double quotes; inside them nothing
 * is special and nothing can be escaped (tried with 2.1.5, 2.2.7 and 2.3.3), so a double quote cannot be written at all.
 */
export function word(value: string): string {
  if (/["\r\n\0]/.test(value)) {
    throw new HaError('a value with a double quote or a line break cannot be written into keepalived.conf', {
      mend: 'choose another value',
    })
  }
  return /^[A-Za-z0-9_@%+=:,./-]+$/.test(value) ? value : `"${value}"`
}

export function secretWord(secret: Secret): Secret {
  return new Secret(word(secret.reveal()))
}
