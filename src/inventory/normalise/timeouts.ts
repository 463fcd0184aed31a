import type { Timeouts } from '../model.ts'
import { written } from './durations.ts'

/** Only what is written, in the order it is written. */
export function normaliseTimeouts(raw: Readonly<Record<string, string | undefined>> | undefined): Timeouts {
  const pairs = Object.entries(raw ?? {}).flatMap(([name, text]) => {
    const value = written(text)
    return value === undefined ? [] : [[name, value] as const]
  })
  return Object.fromEntries(pairs)
}
