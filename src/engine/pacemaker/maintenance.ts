import { asHaError, HaError, oneError } from '../../lib/errors.ts'
import { samplesOf, type View } from '../look.ts'
import type { Run } from '../run.ts'
import type { Tally } from '../tally.ts'
import { doSteps } from '../turn.ts'
import { quorateAmong } from './membership.ts'

type Task = () => Promise<unknown>

interface Maintained {
  readonly work: Task
  /** Waits until the members are one cluster again. Not given where pacemaker itself ends by the work. */
  readonly together?: Task
}

/**
 * Does something while pacemaker leaves haproxy and the VIPs as they are. Where the members are together after it, that is over, also when
 * the work failed. Where they are not, pacemaker would act by what it does not see: it is left so, and that is told with the cause.
 */
export async function inMaintenance(
  run: Run,
  view: View,
  tally: Tally,
  members: readonly string[],
  { work, together }: Maintained,
): Promise<void> {
  await setMaintenance(run, view, tally, members, true)
  const failed = await failuresOf([work])
  const kept =
    together === undefined
      ? failed
      : await failuresOf([() => together().then(() => setMaintenance(run, view, tally, members, false))])
  const left = new HaError(
    'the cluster was left in maintenance mode: nothing moves the VIPs, and haproxy is not watched',
    {
      mend: 'mend what else is told here, and run up again: this is over when it has ended well',
    },
  )
  if (kept.length > 0) throw oneError([...new Set([...failed, ...kept]), left])
  if (failed.length > 0) throw oneError(failed)
}

/** Does one after the other, whatever became of those before, and returns what failed. */
export async function failuresOf(tasks: readonly Task[]): Promise<readonly HaError[]> {
  const errors: HaError[] = []
  for (const task of tasks) await task().catch((thrown: unknown) => errors.push(asHaError(thrown)))
  return errors
}

/** Through one member that has quorum: it is the cluster's. */
async function setMaintenance(
  run: Run,
  view: View,
  tally: Tally,
  members: readonly string[],
  on: boolean,
): Promise<void> {
  const through = quorateAmong(samplesOf(view.observations), members) ?? members[0]
  if (through === undefined) return
  await doSteps(run, view, tally, through, [
    { resources: [`cib[${run.inventory.cluster}]`], action: { do: 'maintenance', on } },
  ])
}
