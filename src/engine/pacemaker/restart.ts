import { oneError } from '../../lib/errors.ts'
import { onAll, type View } from '../look.ts'
import type { Step } from '../perform/step.ts'
import type { Run } from '../run.ts'
import type { Tally } from '../tally.ts'
import { convergeHost, doSteps } from '../turn.ts'
import { files, prepared, starts } from './choose.ts'
import { failuresOf, inMaintenance } from './maintenance.ts'
import { awaitMembers } from './membership.ts'
import type { ClusterOrder } from './cluster-order.ts'

export const STOP: readonly Step[] = (['pacemaker', 'corosync'] as const).map((unit) => ({
  resources: [`service[${unit}]`],
  action: { do: 'stop', unit },
}))

/**
 * What corosync takes only at its start: all are stopped, while pacemaker has been told to leave haproxy and the VIPs as they are.
 * Members that a killed run has left stopped start with the others: two nodes have no quorum before they have seen each other.
 * Whatever fails in between, the members are started again before it is told, and left in maintenance mode where they do not come together.
 */
export async function restartCluster(run: Run, view: View, tally: Tally, order: ClusterOrder): Promise<void> {
  const { members, stale, live } = order
  const stopped = order.joiners.filter((name) => !live.unlisted.includes(name))
  const all = [...members, ...stopped]
  const restart = async (): Promise<void> => {
    const errors = await failuresOf([
      () => onAll([...members, ...stale], (name) => doSteps(run, view, tally, name, STOP)),
      () => onAll(all, (name) => convergeHost(run, view, tally, name, stopped.includes(name) ? prepared : files)),
      () => onAll(all, (name) => convergeHost(run, view, tally, name, starts)),
    ])
    if (errors.length > 0) throw oneError(errors)
  }
  await inMaintenance(run, view, tally, members, { work: restart, together: () => awaitMembers(run, view, all) })
}
