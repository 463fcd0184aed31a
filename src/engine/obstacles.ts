import { HostError } from '../lib/errors.ts'
import type { View } from './look.ts'
import { pendingSteps } from './pending.ts'

/**
 * What would make the wanted changes fail and is not ours to remove, such as a port that a foreign program holds: known from the
 * look that comes first, so that nothing has to be changed and put back to learn it. All of it, not the first.
 */
export function findObstacles(view: View, limit: ReadonlySet<string>): readonly HostError[] {
  return view.built.hosts.flatMap(({ name, checks }) => {
    const observation = view.observations.get(name)
    if (observation === undefined || !limit.has(name) || pendingSteps(observation).length === 0) return []
    return checks.flatMap((check) => {
      const sample = observation.samples.get(check.id)
      const findings = sample === undefined ? [] : (check.obstacles?.([sample]) ?? [])
      return findings.map(({ message, mend }) => new HostError(message, { where: name, mend }))
    })
  })
}
