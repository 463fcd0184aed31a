import { asHaError, type HaError, HostError, oneError } from '../../lib/errors.ts'
import { onAll, type View } from '../look.ts'
import type { Step } from '../perform/step.ts'
import type { Run } from '../run.ts'
import type { Tally } from '../tally.ts'
import { convergeHost, doSteps } from '../turn.ts'
import { files, prepared, starts } from './choose.ts'
import { awaitMembers } from './membership.ts'

/**
 * One reload makes all members read their files, so each has its own before the first: a member left with another key or cipher would be
 * alone. A refused reload is atomic on each; the files of before are put back on all.
 */
export async function reloadCluster(
  run: Run,
  view: View,
  tally: Tally,
  members: readonly string[],
  joiners: readonly string[],
): Promise<void> {
  await onAll([...members, ...joiners], (name) =>
    convergeHost(run, view, tally, name, joiners.includes(name) ? prepared : files),
  )
  try {
    for (const name of members) await convergeHost(run, view, tally, name, starts)
    await awaitMembers(run, view, members)
  } catch (thrown) {
    throw await backToBefore(run, view, tally, members, asHaError(thrown))
  }
}

/** The member that was refused has put its own files back: the others get theirs too, and all go on as before. */
async function backToBefore(
  run: Run,
  view: View,
  tally: Tally,
  members: readonly string[],
  reason: HaError,
): Promise<HaError> {
  const errors: HaError[] = []
  for (const name of members) {
    await doSteps(run, view, tally, name, backSteps(view, name)).catch((thrown: unknown) =>
      errors.push(
        new HostError(`corosync's files of before could not be put back: ${asHaError(thrown).message}`, {
          where: name,
        }),
      ),
    )
  }
  return oneError([reason, ...errors])
}

function backSteps({ built }: View, name: string): readonly Step[] {
  const resources = built.hosts.find((host) => host.name === name)?.plays.flatMap((play) => play.resources) ?? []
  return resources.flatMap(({ id, load }): readonly Step[] =>
    load?.unit === 'corosync'
      ? [{ resources: [id], action: { do: 'put-back', load, paths: load.files.map(({ path }) => path), stop: false } }]
      : [],
  )
}
