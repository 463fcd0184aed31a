import { runs } from './live.ts'
import { onAll, type View } from './look.ts'
import type { Observation } from './observe.ts'
import { pendingSteps } from './pending.ts'
import type { Run } from './run.ts'
import type { Tally } from './tally.ts'
import { convergeHost } from './turn.ts'

/**
 * The plays that act on all hosts at the same time, on hosts where nothing runs yet; a host that serves gets its packages in its own
 * turn, since they restart what they replace. True when something was done.
 */
export async function installPrograms(run: Run, view: View, tally: Tally): Promise<boolean> {
  const early = run.playbook.plays.filter(({ serial }) => serial === 'all').map(({ name }) => name)
  const wanting = [...view.observations.values()].filter(
    (observation) =>
      run.limit.has(observation.host) &&
      isIdle(observation) &&
      early.some((play) => pendingSteps(observation, play).length > 0),
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

function isIdle(observation: Observation): boolean {
  return !runs(observation, 'haproxy') && !runs(observation, 'keepalived')
}
