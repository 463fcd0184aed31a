import { throwIfInterrupted, type Run } from '../run.ts'
import { onAll, type View } from '../look.ts'
import type { Tally } from '../tally.ts'
import { convergeHost, doSteps } from '../turn.ts'
import { inTurn } from '../turns.ts'
import { joined, openings, retirement } from './choose.ts'
import { convergeCib, wantedCib } from './cib.ts'
import { formCluster } from './form.ts'
import { join } from './join.ts'
import { awaitMembers } from './membership.ts'
import { moveMembers } from './move.ts'
import { isRekeying, readFirst, type ClusterOrder } from './cluster-order.ts'
import { rekeyCluster } from './rekey.ts'
import { reloadCluster } from './reload.ts'
import { replaceKeepalived } from './replace-keepalived.ts'
import { restartCluster } from './restart.ts'
import { stagedView } from './staged.ts'

/**
 * Who is a member first, then what each host has of its own, then what the cluster runs. Killed between two steps it is taken up again by
 * the next run, which sees what is loaded where. keepalived, where it still serves, ends when everything else is ready for the VIPs.
 */
export async function changeCluster(run: Run, view: View, tally: Tally, order: ClusterOrder): Promise<void> {
  if (order.way === 'nothing') return
  if (order.way === 'form') await formCluster(run, view, tally, order)
  else await changeLive(run, view, tally, order)
  throwIfInterrupted(run.signal)
  const [through] = order.members.length > 0 ? order.members : order.joiners
  if (through === undefined) return
  // A part without quorum does not change what all run, nor does it take the VIP from an engine that serves.
  const started = [...order.members, ...order.joiners.filter((name) => run.limit.has(name))]
  if (order.migrates || order.cib) await awaitMembers(run, view, started)
  if (order.migrates) await replaceKeepalived(run, view, tally, order, through)
  else await convergeCib(run, view, tally, through, wantedCib(view))
  // A run that was killed, or a hand, may have left one that does not run and starts at boot.
  await onAll(order.live.retiring, (name) => convergeHost(run, view, tally, name, retirement))
}

async function changeLive(run: Run, view: View, tally: Tally, order: ClusterOrder): Promise<void> {
  const { members, live, restart } = order
  const unlisted = order.joiners.filter((name) => live.unlisted.includes(name))
  // Members that cannot reach each other by what they read next would be waited for in vain.
  await onAll(
    order.opened.filter((name) => run.limit.has(name)),
    (name) => convergeHost(run, view, tally, name, openings),
  )
  const listed = stagedView(run, view, live, { absent: unlisted, unmoved: [] })
  if (restart.length > 0) await restartCluster(run, listed, tally, order)
  else {
    const isRekeyed = isRekeying(order.reload)
    if (isRekeyed) {
      const unmoved = stagedView(run, view, live, { absent: unlisted, unmoved: order.moved })
      await rekeyCluster(run, unmoved, tally, members)
    }
    await moveMembers(run, view, tally, order, unlisted)
    if (!isRekeyed && readFirst(order).length > 0) await reloadCluster(run, listed, tally, members, [])
  }
  const late = await join(run, view, tally, order, unlisted)
  const turns = [...order.turns, ...late].filter((name) => run.limit.has(name))
  // haproxy of another resource does not read our file: only the new CIB makes a turn serve, and it is verified after that.
  if (live.replaced.length > 0) for (const name of turns) await convergeHost(run, view, tally, name, joined)
  else if (turns.length > 0)
    await inTurn(run, view, tally, { members: turns, joiners: [], vips: live.vips, choose: joined })
  await forget(run, view, tally, order)
}

/** What the CIB still knows of members that have left. */
async function forget(run: Run, view: View, tally: Tally, { members, live }: ClusterOrder): Promise<void> {
  const [through] = members
  const names = new Set([...live.leaving.flatMap(({ name }) => name ?? []), ...live.remembered])
  if (through === undefined) return
  await doSteps(
    run,
    view,
    tally,
    through,
    [...names].map((node) => ({ resources: [`cib[${run.inventory.cluster}]`], action: { do: 'forget-node', node } })),
  )
}
