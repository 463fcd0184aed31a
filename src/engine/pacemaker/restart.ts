import { asHaError, type HaError, oneError } from '../../lib/errors.ts'
import { onAll, samplesOf, type View } from '../look.ts'
import type { Step } from '../perform/step.ts'
import type { Run } from '../run.ts'
import type { Tally } from '../tally.ts'
import { convergeHost, doSteps } from '../turn.ts'
import { files, prepared, starts } from './choose.ts'
import { awaitMembers, quorateAmong } from './membership.ts'
import type { ClusterOrder } from './cluster-order.ts'

export const STOP: readonly Step[] = (['pacemaker', 'corosync'] as const).map((unit) => ({
  resources: [`service[${unit}]`],
  action: { do: 'stop', unit },
}))

/**
 * What corosync takes only at its start: all are stopped, while pacemaker has been told to leave haproxy and the VIPs as they are.
 * Members that a killed run has left stopped start with the others: two nodes have no quorum before they have seen each other.
 * Whatever fails in between, the members are started again before it is told.
 */
export async function restartCluster(run: Run, view: View, tally: Tally, order: ClusterOrder): Promise<void> {
  const { members, stale, live } = order
  const stopped = order.joiners.filter((name) => !live.unlisted.includes(name))
  const all = [...members, ...stopped]
  await setMaintenance(run, view, tally, members, true)
  const errors: HaError[] = []
  const tried = async (work: Promise<unknown>): Promise<void> => {
    await work.catch((thrown: unknown) => errors.push(asHaError(thrown)))
  }
  await tried(onAll([...members, ...stale], (name) => doSteps(run, view, tally, name, STOP)))
  await tried(onAll(all, (name) => convergeHost(run, view, tally, name, stopped.includes(name) ? prepared : files)))
  await tried(onAll(all, (name) => convergeHost(run, view, tally, name, starts)))
  await tried(awaitMembers(run, view, all))
  if (errors.length > 0) throw oneError(errors)
  await setMaintenance(run, view, tally, members, false)
}

/** Through one member that has quorum: it is the cluster's. */
export async function setMaintenance(
  run: Run,
  view: View,
  tally: Tally,
  members: readonly string[],
  on: boolean,
): Promise<void> {
  const through = quorateAmong(samplesOf(view.observations), members) ?? members[0]
  if (through === undefined) return
  await doSteps(run, view, tally, through, [
    { resources: [`cib[${run.inventory.cluster}]`], action: { do: 'maintenance', on } },
  ])
}
