import { parseDuration } from '../../lib/duration.ts'

/** Milliseconds, where something is written; the schema has seen to it that it is a duration. */
export function written(text: string | undefined): number | undefined {
  return text === undefined ? undefined : parseDuration(text)
}

export function milliseconds(text: string | undefined, otherwise: number): number {
  return written(text) ?? otherwise
}
