import type { View } from '../look.ts'
import { throwIfInterrupted, type Run } from '../run.ts'
import type { Tally } from '../tally.ts'
import { convergeHost } from '../turn.ts'
import { joined } from './choose.ts'
import { clearCib } from './cleared.ts'
import type { ClusterOrder } from './cluster-order.ts'
import { awaitMembers } from './membership.ts'
import { reloadCluster } from './reload.ts'
import { stagedView } from './staged.ts'

/**
 * One after the other, each listed by the others just before it starts; one that they list by another address is taken off the list first,
 * since corosync takes no other address for a link. `unlisted` are the joiners that are not listed yet, or not as they shall be. Returns
 * those who know less than all of the cluster by now.
 */
export async function join(
  run: Run,
  view: View,
  tally: Tally,
  { members, joiners, live, readdressed }: ClusterOrder,
  unlisted: readonly string[],
): Promise<readonly string[]> {
  const joinedSoFar = [...members]
  const late: string[] = []
  for (const name of joiners.filter((one) => run.limit.has(one))) {
    throwIfInterrupted(run.signal)
    const absent = unlisted.filter((one) => one !== name && !joinedSoFar.includes(one))
    const listed = stagedView(run, view, live, { absent, unmoved: [] })
    if (unlisted.includes(name)) {
      await clearCib(run, view, tally, name)
      if (readdressed.includes(name)) {
        const without = stagedView(run, view, live, { absent: [...absent, name], unmoved: [] })
        await reloadCluster(run, without, tally, joinedSoFar, [])
      }
      await reloadCluster(run, listed, tally, joinedSoFar, [name])
    }
    await convergeHost(run, listed, tally, name, joined)
    joinedSoFar.push(name)
    await awaitMembers(run, view, joinedSoFar)
    if (absent.length > 0) late.push(name)
  }
  return late
}
