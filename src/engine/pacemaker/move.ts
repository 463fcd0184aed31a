import { build } from '../build.ts'
import { onAll, type View } from '../look.ts'
import type { Run } from '../run.ts'
import type { Tally } from '../tally.ts'
import { convergeHost, doSteps } from '../turn.ts'
import { files, starts } from './choose.ts'
import { awaitMembers } from './membership.ts'
import { reloadCluster } from './reload.ts'
import { STOP } from './restart.ts'

/**
 * corosync refuses another address for a link that is in use. So the member leaves, is taken off the list, and comes back by its new
 * address; the others have quorum all the time, and a VIP that it holds is handed over when it stops.
 */
export async function moveMember(
  run: Run,
  view: View,
  tally: Tally,
  name: string,
  members: readonly string[],
): Promise<void> {
  const others = members.filter((other) => other !== name)
  const left = {
    ...run.inventory,
    loadBalancers: run.inventory.loadBalancers.filter((lb) => lb.name !== name),
  }
  const without: View = { ...view, built: build(left, run.playbook, view.facts, view.secrets) }
  await doSteps(run, view, tally, name, STOP)
  await reloadCluster(run, without, tally, others, [])
  await onAll(members, (one) => convergeHost(run, view, tally, one, files))
  for (const one of [...others, name]) await convergeHost(run, view, tally, one, starts)
  await awaitMembers(run, view, members)
}
