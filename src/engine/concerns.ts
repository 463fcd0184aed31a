import type { BuiltHost } from './build.ts'
import type { View } from './look.ts'
import { networkWarnings } from './network-managers.ts'
import type { Observation } from './observe.ts'
import type { Run } from './run.ts'

/** Warns of what this run neither does nor can tell, a line a host and reason. */
export function tellConcerns(run: Run, view: View): void {
  for (const message of networkWarnings(run.inventory, view.facts)) run.emit({ type: 'warning', message })
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

/** Warns of what `verify` would find and no change of a plan mends. */
export function tellForetold(run: Run, view: View): void {
  for (const host of view.built.hosts)
    for (const message of foretold(host, view)) run.emit({ type: 'warning', message })
}

function foretold({ name, checks }: BuiltHost, { observations }: View): readonly string[] {
  const samples = observations.get(name)?.samples
  return checks
    .filter(({ foretell }) => foretell === true)
    .flatMap((check) => {
      const sample = samples?.get(check.id)
      return sample === undefined ? [] : check.judge([sample], [])
    })
    .filter(({ status }) => status !== 'passed')
    .map(({ message, mend }) => `${name}: ${message}${mend === undefined ? '' : ` → ${mend}`}`)
}
