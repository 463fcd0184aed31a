import { HaError, oneError } from '../../lib/errors.ts'
import type { Run } from '../run.ts'
import type { ClusterOrder } from './cluster-order.ts'
import { leave, unseenBy } from './describe.ts'

/** A member that has left and still runs cannot be forgotten: it would take the VIP beside the others. Throws HaError. */
export function refuseAlive({ alive }: ClusterOrder): void {
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
  const { way, live, joiners, reload, restart, moved, readdressed, cib, migrates } = order
  const left = run.inventory.loadBalancers.map(({ name }) => name).filter((name) => !run.limit.has(name))
  if (left.length === 0 || way === 'nothing') {
    refuseUnasked(run, order)
    return
  }
  const shared = [
    ...reload,
    ...restart,
    ...(moved.length + readdressed.length > 0 ? ['addresses'] : []),
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

/** Throws HaError for what an operator may not expect of a change, unless it was asked for by `--yes`: for all of it, since that is asked for by one word. */
function refuseUnasked({ yes }: Run, order: ClusterOrder): void {
  if (yes) return
  const { restart, members, alone, lost, live, way } = order
  const errors: HaError[] = []
  if (lost.length > 0)
    errors.push(
      new HaError(unseenBy(order), {
        mend: `power ${lost.join(', ')} off, then run with --yes, also where they are known to be dead: a cluster begins without them, and any of them that serves would hold the VIP beside it. Else mend the network between them first`,
      }),
    )
  if (way === 'form' && live.serving.length > 0)
    errors.push(
      new HaError(`pacemaker serves on ${live.serving.join(', ')}, and its list names nobody of the inventory`, {
        mend: 'name the load balancers as corosync.conf does, or run with --yes: all of them are stopped at once, and begin anew',
      }),
    )
  if (restart.length > 0)
    errors.push(
      new HaError(`corosync takes a change of ${restart.join(', ')} only when all members are stopped at once`, {
        mend: 'haproxy and the VIPs go on meanwhile, but nothing moves them: run with --yes to do it, or take the change back',
      }),
    )
  if (alone.length > 0)
    errors.push(
      new HaError(`${leave(alone)}, and ${members.join(', ')} alone has no quorum`, {
        mend: 'pacemaker stops the VIPs for a moment: run with --yes to do it, or bring back who is off, and take out one member a run',
      }),
    )
  if (errors.length > 0) throw oneError(errors)
}
