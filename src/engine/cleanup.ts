import { answers, bestOf, viewOf } from '../checks/member-view.ts'
import type { Samples } from './observe.ts'
import type { Step } from './perform/step.ts'

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
