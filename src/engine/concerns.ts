import type { View } from './look.ts'
import type { Observation } from './observe.ts'
import type { Run } from './run.ts'

/** Warns of what this run neither does nor can tell, a line a host and reason. */
export function tellConcerns(run: Run, view: View): void {
  for (const [host, observation] of view.observations) {
    for (const message of doubtsOf(observation)) run.emit({ type: 'warning', message: `${host}: ${message}` })
  }
}

/** The same doubt of several resources is one. */
function doubtsOf({ resources }: Observation): readonly string[] {
  const byDoubt = new Map<string, readonly string[]>()
  for (const { resource, comparison } of resources)
    for (const doubt of comparison.doubts ?? []) byDoubt.set(doubt, [...(byDoubt.get(doubt) ?? []), resource.id])
  return [...byDoubt].map(([doubt, ids]) => `${ids.join(', ')}: ${doubt}`)
}
