/**
 * The priority keepalived works with: a script of negative weight takes it away while it fails, one of positive weight
 * adds it while it succeeds, and the sum stays within 1–254. `failing` holds indexes into `weights`.
 * Not asked about weight 0, whose failure is a fault.
 */
export function effectivePriority(base: number, weights: readonly number[], failing: ReadonlySet<number>): number {
  const sum = weights.reduce((total, weight, index) => {
    const counts = weight < 0 ? failing.has(index) : !failing.has(index)
    return counts ? total + weight : total
  }, base)
  return Math.min(254, Math.max(1, sum))
}
