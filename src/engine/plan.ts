import { asHaError, type HaError, ManyErrors } from '../lib/errors.ts'
import type { Resource } from '../resources/kind.ts'
import { maskPair, unifiedDiff } from '../lib/diff.ts'
import { tellConcerns, tellForetold } from './concerns.ts'
import type { Contents, OldContent } from './contents.ts'
import type { PlannedResource } from './events.ts'
import { findLeavers, type Leaver } from './leavers.ts'
import { fetchAll, look, type View } from './look.ts'
import type { Observation } from './observe.ts'
import { findObstacles } from './obstacles.ts'
import type { Ending } from './outcome.ts'
import { clusterSteps, pendingSteps } from './pending.ts'
import { procedureFor, type Procedure } from './procedure.ts'
import type { Run } from './run.ts'

/** What `up` would do, in its order: the same way up to the diff, and nothing is changed. */
export async function plan(run: Run): Promise<Ending> {
  const view = await look(run, { settle: 'placeholder' })
  const leavers = await findLeavers(run, view.facts)
  const contents = await fetchAll(run, view)
  const procedure = procedureFor(run, view, contents, leavers)
  tellPlan(run, view, contents, procedure, leavers)
  tellConcerns(run, view)
  tellForetold(run, view)
  const judged = await procedure.judge()
  const obstacles = [
    ...findObstacles(view, run.limit),
    ...refusal(procedure),
    ...(judged === undefined ? [] : [judged]),
  ]
  for (const { where, message, mend } of obstacles) {
    const place = where === undefined ? '' : `${where}: `
    run.emit({ type: 'warning', message: `${place}${message}: up would change nothing → ${mend ?? ''}` })
  }
  const pending = [...view.observations.values(), ...leavers.map(({ observation }) => observation)].some(
    (observation) => pendingSteps(observation).length > 0 || clusterSteps(observation).length > 0,
  )
  if (!pending && procedure.isEmpty) return { outcome: 'nothing to do', exitCode: 0 }
  return { outcome: obstacles.length > 0 ? 'changes refused' : 'changes', exitCode: 2 }
}

/** Why `up` would not do it as it is asked now. */
function refusal(procedure: Procedure): readonly HaError[] {
  try {
    procedure.refuse()
    return []
  } catch (thrown) {
    const error = asHaError(thrown)
    return error instanceof ManyErrors ? error.errors : [error]
  }
}

/** Tells what is to be changed where, and in what order. */
export function tellPlan(
  run: Run,
  view: View,
  contents: Contents,
  procedure: Procedure,
  leavers: readonly Leaver[],
): void {
  const speaker = speakerOf(view)
  for (const [host, observation] of view.observations) {
    const resources = planned(host === speaker ? observation : ownOf(observation), contents.get(host))
    run.emit({ type: 'planned', host, total: observation.resources.length, resources })
  }
  for (const { observation } of leavers) {
    run.emit({
      type: 'planned',
      host: observation.host,
      total: observation.resources.length,
      resources: planned(observation, undefined),
    })
  }
  const leaving = leavers
    .filter(({ observation }) => pendingSteps(observation).length > 0)
    .map(
      ({ built }) =>
        `first ${built.name}, which has left the inventory: what moves the VIP there is stopped and disabled`,
    )
  if (!procedure.isEmpty || leaving.length > 0)
    run.emit({ type: 'order', steps: [...leaving, ...procedure.steps], notes: procedure.notes })
}

function planned(
  { resources }: Observation,
  contents: ReadonlyMap<string, OldContent> | undefined,
): readonly PlannedResource[] {
  return resources
    .filter(({ comparison }) => comparison.changes.length > 0)
    .map(({ resource, comparison }) => ({
      id: resource.id,
      changes: comparison.changes,
      diff: comparison.diff ?? diffOf(resource, contents),
    }))
}

/** Who tells what the cluster has as a whole: the first that knows what there is, and all the others say the same. */
function speakerOf({ observations }: View): string | undefined {
  const all = [...observations.values()]
  return (all.find((one) => clusterSteps(one).length > 0) ?? all[0])?.host
}

function ownOf(observation: Observation): Observation {
  return { ...observation, resources: observation.resources.filter(({ resource }) => resource.scope !== 'cluster') }
}

/** A file's unified diff with every secret masked, old and new; none of what is no text. */
function diffOf({ file }: Resource, contents: ReadonlyMap<string, OldContent> | undefined): string | undefined {
  const old = file === undefined ? undefined : contents?.get(file.path)
  if (file === undefined || file.encoding !== undefined || old === undefined) return undefined
  const { before, after } = maskPair(old.now?.reveal(), file.content.reveal(), file.sensitive)
  return before === after ? undefined : unifiedDiff(file.path, before, after)
}
