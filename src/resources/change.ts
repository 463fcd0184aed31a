import type { Change } from './kind.ts'

/** The properties whose value differs, in the order they are given. */
export function differing(
  properties: readonly { readonly property: string; readonly before: string; readonly after: string }[],
): readonly Change[] {
  return properties.filter(({ before, after }) => before !== after)
}

/** Reads `key=value` lines; a later line of the same key wins. */
export function keyValues(output: string): ReadonlyMap<string, string> {
  const pairs = new Map<string, string>()
  for (const line of output.split('\n')) {
    const at = line.indexOf('=')
    if (at > 0) pairs.set(line.slice(0, at), line.slice(at + 1))
  }
  return pairs
}
