import { asHaError, HaError, oneError } from '../../lib/errors.ts'
import { onAll, type View } from '../look.ts'
import type { Run } from '../run.ts'
import type { Tally } from '../tally.ts'
import { convergeHost } from '../turn.ts'
import { loadsOf } from '../pending.ts'
import { files, prepared, starts, startsAfterReload } from './choose.ts'
import { awaitMembers } from './membership.ts'

/**
 * One reload makes all members read their files, so each has its own before the first: a member left with another key or cipher would be
 * alone. A refused reload changes nothing on any of them: the files stay as they were written, and the next run loads them; that is told, for
 * one that restarts before reads them alone. Files of before are not put back one member at a time: each reload of one would make the others
 * read theirs.
 * `once`, where all see each other: while keys or ciphers change hands a second one can part a member that is slow from the others
 * (corosync 3.1.7).
 */
export async function reloadCluster(
  run: Run,
  view: View,
  tally: Tally,
  members: readonly string[],
  joiners: readonly string[],
  { once = false }: { readonly once?: boolean } = {},
): Promise<void> {
  const load = async (): Promise<void> => {
    await onAll([...members, ...joiners], (name) =>
      convergeHost(run, view, tally, name, joiners.includes(name) ? prepared : files),
    )
    let isRead = false
    for (const name of members) {
      const { steps, started } = await convergeHost(run, view, tally, name, isRead ? startsAfterReload : starts)
      isRead ||= once && loadsOf(steps).includes('corosync') && !started.has('corosync')
    }
  }
  await load().catch((thrown: unknown) => {
    throw oneError([asHaError(thrown), unread(members)])
  })
  await awaitMembers(run, view, members)
}

function unread(members: readonly string[]): HaError {
  return new HaError(
    `corosync's new files stay where they were written, and some of ${members.join(', ')} may not have read them: one that restarts now would, and be parted from the others`,
    { mend: 'run up again, before any member restarts' },
  )
}
