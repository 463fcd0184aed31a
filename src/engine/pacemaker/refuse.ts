import { HaError } from '../../lib/errors.ts'
import type { ClusterNode } from '../../checks/cluster-status.ts'
import type { ListedMember } from '../../roles/corosync/parse.ts'
import { samplesOf, type View } from '../look.ts'
import type { Run } from '../run.ts'
import { calledBy } from './live.ts'
import { statusOf } from './membership.ts'
import type { ClusterOrder } from './order.ts'

/** A member that has left and still runs cannot be forgotten: it would take the VIP beside the others. Throws HaError. */
export function refuseAlive(view: View, { live, members }: ClusterOrder): void {
  const samples = samplesOf(view.observations)
  const alive = live.leaving
    .filter((leaving) => members.some((member) => isOnline(samples, member, leaving)))
    .map(calledBy)
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
    refuseUnasked(run, restart)
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

function refuseUnasked({ yes }: Run, restart: readonly string[]): void {
  if (yes || restart.length === 0) return
  throw new HaError(`corosync takes a change of ${restart.join(', ')} only when all members are stopped at once`, {
    mend: 'haproxy and the VIPs go on meanwhile, but nothing moves them: run with --yes to do it, or take the change back',
  })
}

/** One made by hand may have no name in corosync's list: then its number tells. */
function isOnline(samples: ReturnType<typeof samplesOf>, member: string, { name, nodeId }: ListedMember): boolean {
  const isIt = (node: ClusterNode): boolean => node.name === name || node.id === String(nodeId)
  return statusOf(samples, member)?.nodes.some((node) => isIt(node) && node.online) === true
}
