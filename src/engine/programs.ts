import { runs } from './live.ts'
import { onAll, type View } from './look.ts'
import type { Observation } from './observe.ts'
import { pendingSteps } from './pending.ts'
import type { Step } from './perform/step.ts'
import type { Run } from './run.ts'
import type { Tally } from './tally.ts'
import { convergeHost } from './turn.ts'

/**
 * The plays that act on all hosts at the same time, on hosts where none of it runs yet; a host that serves gets new versions in its own
 * turn, since they restart what they replace. A program that was removed from a member is installed here too: its configuration
 * cannot be written for a version that nobody knows. True when something was done.
 */
export async function installPrograms(run: Run, view: View, tally: Tally): Promise<boolean> {
  const early = run.playbook.plays.filter(({ serial }) => serial === 'all').map(({ name }) => name)
  const wanting = [...view.observations.values()].filter(
    (observation) =>
      run.limit.has(observation.host) &&
      early.some((play) => pendingSteps(observation, play).length > 0) &&
      early.every((play) => disturbsNothing(observation, pendingSteps(observation, play))),
  )
  if (wanting.length === 0) return false
  const resources = new Set(
    view.built.hosts.flatMap(({ plays }) =>
      plays.filter(({ play }) => early.includes(play)).flatMap((play) => play.resources.map(({ id }) => id)),
    ),
  )
  await onAll(
    wanting.map(({ host }) => host),
    (name) =>
      convergeHost(run, view, tally, name, (steps) =>
        steps.filter((step) => step.resources.every((id) => resources.has(id))),
      ),
  )
  return true
}

/** Packages of units that do not run, and where packages come from; anything else only where nothing runs. */
export function disturbsNothing(observation: Observation, steps: readonly Step[]): boolean {
  return steps.every(({ action, resources }) => {
    if (action.do === 'repository') return true
    // A program that is not there does not run, whatever is to be recorded of it.
    if (resources.every((id) => isAbsent(observation, id))) return true
    const units = action.do === 'install' ? action.holdUnits : ['haproxy', 'keepalived']
    return units.every((unit) => !runs(observation, unit) && !isStarted(observation, unit))
  })
}

/** A package of which no version is installed. */
function isAbsent({ resources }: Observation, id: string): boolean {
  const found = resources.find(({ resource }) => resource.id === id)
  return (
    found?.comparison.changes.some(({ property, before }) => property === 'version' && before === 'absent') === true
  )
}

/** Of a unit that shall run and has no files of ours. */
function isStarted({ resources }: Observation, unit: string): boolean {
  const service = resources.find(({ resource }) => resource.id === `service[${unit}]`)
  const isLoaded = resources.some(({ resource }) => resource.id === `loaded[${unit}]`)
  return service !== undefined && !isLoaded && service.comparison.changes.every(({ property }) => property !== 'state')
}
