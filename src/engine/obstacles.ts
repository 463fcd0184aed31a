import { HostError } from '../lib/errors.ts'
import type { View } from './look.ts'
import { pendingSteps } from './pending.ts'

/**
 * What would make the wanted changes fail and is not ours to remove, such as a port that a foreign program holds: known from the
 * look that comes first, so that nothing has to be changed and put back to learn it. All of it, not the first.
 */
export function findObstacles({ built, observations }: View, limit: ReadonlySet<string>): readonly HostError[] {
  const changed = [...observations.values()].filter((one) => limit.has(one.host) && pendingSteps(one).length > 0)
  const names = new Set(changed.map(({ host }) => host))
  return built.hosts.flatMap(({ name, checks }) => {
    // What all members share stands in the way wherever it is.
    const concerned = checks.filter(({ scope }) => names.has(name) || (scope === 'cluster' && names.size > 0))
    return concerned.flatMap((check) => {
      const sample = observations.get(name)?.samples.get(check.id)
      const findings = sample === undefined ? [] : (check.obstacles?.([sample]) ?? [])
      return findings.map(({ message, mend }) => new HostError(message, { where: name, mend }))
    })
  })
}
