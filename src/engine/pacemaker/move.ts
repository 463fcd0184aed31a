import { VerificationError } from '../../lib/errors.ts'
import type { View } from '../look.ts'
import { throwIfInterrupted, type Run } from '../run.ts'
import type { Tally } from '../tally.ts'
import { doSteps } from '../turn.ts'
import { failingNow, reasonsAfter } from '../turns.ts'
import type { ClusterOrder } from './cluster-order.ts'
import { reloadCluster } from './reload.ts'
import { STOP } from './restart.ts'
import { stagedView } from './staged.ts'

/**
 * corosync refuses another address for a link that is in use. So each such member leaves, is taken off the list, and comes back by its new
 * address; the others have quorum all the time, and a VIP that it holds is handed over when it stops: to one that came back before and
 * serves by then. `absent` are not listed yet.
 */
export async function moveMembers(
  run: Run,
  view: View,
  tally: Tally,
  { moved, members, live }: ClusterOrder,
  absent: readonly string[],
): Promise<void> {
  const failing = moved.length > 1 ? await failingNow(run, view) : new Set<string>()
  for (const [index, name] of moved.entries()) {
    throwIfInterrupted(run.signal)
    const others = members.filter((other) => other !== name)
    const unmoved = moved.slice(index + 1)
    await doSteps(run, view, tally, name, STOP)
    const without = stagedView(run, view, live, { absent: [...absent, name], unmoved })
    await reloadCluster(run, without, tally, others, [])
    await reloadCluster(run, stagedView(run, view, live, { absent, unmoved }), tally, [...others, name], [])
    const reasons = unmoved.length > 0 ? await reasonsAfter(run, view, name, failing) : []
    if (reasons.length > 0)
      throw new VerificationError(`after it came back the service was not as it should be: ${reasons.join('; ')}`, {
        where: name,
        mend: `${unmoved.join(', ')} was left alone; mend the reason and run again`,
      })
  }
}
