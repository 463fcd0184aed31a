import { HaError } from '../../lib/errors.ts'
import { samplesOf, type View } from '../look.ts'
import type { Run } from '../run.ts'
import { calledBy } from './live.ts'
import { isOnline } from './membership.ts'
import type { ClusterOrder } from './cluster-order.ts'

/** A member that has left and still runs cannot be forgotten: it would take the VIP beside the others. Throws HaError. */
export function refuseAlive(view: View, { live, members }: ClusterOrder): void {
  const samples = samplesOf(view.observations)
  const alive = live.leaving.filter((leaving) => isOnline(samples, members, leaving)).map(calledBy)
  if (alive.length > 0)
    throw new HaError(
      `${alive.join(', ')} has left the inventory, is online in the cluster, and could not be stopped`,
      {
        mend: 'bring it in reach, stop pacemaker and corosync there, or power it off; then run again',
      },
    )
}

/**
 * What the cluster has as a whole cannot be changed on a part of it, and what stops all of it at once is to be wanted. Throws HaError,
 * before anything is changed.
 */
export function refuseCluster(run: Run, order: ClusterOrder): void {
  const { way, live, joiners, reload, restart, moved, cib, migrates } = order
  const left = run.inventory.loadBalancers.map(({ name }) => name).filter((name) => !run.limit.has(name))
  if (left.length === 0 || way === 'nothing') {
    refuseUnasked(run, order)
    return
  }
  const shared = [
    ...reload,
    ...restart,
    ...(moved.length > 0 ? ['addresses'] : []),
    ...(cib ? ['the CIB'] : []),
    ...(migrates ? ['what moves the VIP'] : []),
    ...(live.leaving.length > 0 || joiners.some((name) => run.limit.has(name)) ? ['who is a member'] : []),
  ]
  if (shared.length === 0) return
  throw new HaError(
    `what all members share changes (${shared.join(', ')}), and --limit leaves ${left.join(', ')} out`,
    {
      mend: 'run without --limit',
    },
  )
}

/** Throws HaError for what an operator may not expect of a change, unless it was asked for by `--yes`. */
function refuseUnasked({ yes }: Run, order: ClusterOrder): void {
  if (yes) return
  const { restart, members, alone } = order
  if (restart.length > 0)
    throw new HaError(`corosync takes a change of ${restart.join(', ')} only when all members are stopped at once`, {
      mend: 'haproxy and the VIPs go on meanwhile, but nothing moves them: run with --yes to do it, or take the change back',
    })
  if (alone.length > 0)
    throw new HaError(`${alone.join(', ')} leave at once, and ${members.join(', ')} alone has no quorum`, {
      mend: 'pacemaker stops the VIPs for a moment: run with --yes to do it, or take out one member a run',
    })
}
