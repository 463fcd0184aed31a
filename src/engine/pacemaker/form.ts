import { onAll, type View } from '../look.ts'
import type { Run } from '../run.ts'
import type { Tally } from '../tally.ts'
import { convergeHost, doSteps } from '../turn.ts'
import { inTurn } from '../turns.ts'
import { apart, joined } from './choose.ts'
import { awaitMembers } from './membership.ts'
import type { ClusterOrder } from './cluster-order.ts'
import { STOP } from './restart.ts'

/** A cluster that runs nowhere: all members at the same time. haproxy serves already where keepalived is to be replaced: that goes in turns. */
export async function formCluster(
  run: Run,
  view: View,
  tally: Tally,
  { joiners, live, stale }: ClusterOrder,
): Promise<void> {
  if (live.keepalived.length > 0)
    await inTurn(run, view, tally, { members: joiners, joiners: [], vips: live.vips, choose: apart, prepares: true })
  await onAll(stale, (name) => doSteps(run, view, tally, name, STOP))
  await onAll(joiners, (name) => convergeHost(run, view, tally, name, joined))
  await awaitMembers(run, view, joiners)
}
