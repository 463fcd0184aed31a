import { answers, bestOf, viewOf } from '../checks/member-view.ts'
import { samplesOf, type View } from './look.ts'
import type { Samples } from './observe.ts'
import type { Step } from './perform/step.ts'
import type { Run } from './run.ts'
import type { Tally } from './tally.ts'
import { doSteps } from './turn.ts'

/** Whether this run is to let pacemaker forget something. */
export function isCleanupPending(run: Run, view: View): boolean {
  return cleanupOf(run, view) !== undefined
}

/** Lets pacemaker forget its failed actions where that was asked for; says whether there were any. */
export async function cleanUp(run: Run, view: View, tally: Tally): Promise<boolean> {
  const cleanup = cleanupOf(run, view)
  if (cleanup === undefined) return false
  await doSteps(run, view, tally, cleanup.host, [cleanup.step])
  return true
}

function cleanupOf(run: Run, { observations }: View): ReturnType<typeof cleanupStep> {
  return run.cleanup ? cleanupStep(run.inventory.cluster, samplesOf(observations)) : undefined
}

/** Lets pacemaker forget its failed actions, by one member for all; undefined where there are none, or nobody can. Pure. */
export function cleanupStep(
  cluster: string,
  samples: Samples,
): { readonly host: string; readonly step: Step } | undefined {
  const views = [...samples.values()].flatMap((byCheck) => byCheck.get('cluster') ?? []).map(viewOf)
  const best = bestOf(views.filter(answers))
  if (best === undefined || best.status.dc === undefined || best.status.failures.length === 0) return undefined
  return { host: best.host, step: { resources: [`failures[${cluster}]`], action: { do: 'cleanup' } } }
}
