/** The first item before this one that is its like; so each twin is reported once, at the later one. */
export function earlierTwin<T>(items: readonly T[], index: number, alike: (a: T, b: T) => boolean): T | undefined {
  const item = items[index]
  return item === undefined ? undefined : items.slice(0, index).find((other) => alike(other, item))
}

/** Every two different items, both ways round. */
export function orderedPairs<T>(items: readonly T[]): readonly (readonly [T, T])[] {
  return items.flatMap((a, i) => items.flatMap((b, j) => (i === j ? [] : [[a, b] as const])))
}
