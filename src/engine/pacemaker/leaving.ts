import type { Member } from '../../facts/types.ts'
import type { Inventory } from '../../inventory/model.ts'
import { belongingOf } from '../../roles/corosync/ours.ts'
import { type ListedMember, listedMembers } from '../../roles/corosync/parse.ts'
import type { Contents } from '../contents.ts'
import { samplesOf, type View } from '../look.ts'
import type { Decided } from './cluster-order.ts'
import { corosyncRunning, distinct, type LiveCluster } from './live.ts'
import { isOnline, quorateAmong, statusOf } from './membership.ts'
import { losesQuorum, votesOf } from './quorum.ts'
import { calledBy, whoIs } from './who.ts'

/** Members that have left and were reached: stopped before anything else is done, or by now. */
export interface Reached {
  readonly members: readonly Member[]
  readonly areStopped: boolean
}

/** Of those who leave: whose end costs the quorum, who runs and cannot be stopped, and who may run unseen. Pure. */
export function whoLeaves(
  inventory: Inventory,
  live: LiveCluster,
  members: readonly string[],
  view: View,
  contents: Contents,
  reached: Reached,
): Pick<Decided, 'alone' | 'alive' | 'lost'> {
  const samples = samplesOf(view.observations)
  const online = live.leaving.filter((member) => isOnline(samples, members, member))
  const votes = members.flatMap((name) => {
    const status = statusOf(samples, name)
    return status?.quorate === true ? [votesOf(status, corosyncRunning(name, view, contents) ?? '')] : []
  })
  const loses = votes.some((one) => losesQuorum(one, online.length))
  const wasReached = ({ name, addresses }: ListedMember): boolean =>
    [...addresses.values(), name ?? ''].some((one) =>
      reached.members.some((member) => [member.name, member.address].includes(one)),
    )
  const alive = online.filter((member) => reached.areStopped || !wasReached(member)).map(calledBy)
  return {
    alone: loses ? online.map(calledBy) : [],
    alive,
    lost: unseen(inventory, live, view, contents)
      .filter((member) => !wasReached(member))
      .map(calledBy)
      .filter((name) => !alive.includes(name)),
  }
}

/**
 * Those who leave, as far as they may serve with a quorum that nobody in hand has: what is in hand may be the smaller part of a cluster that
 * was cut in two. Where none serves, their files tell who was a member. Where keepalived serves instead, no pacemaker does.
 */
function unseen(inventory: Inventory, live: LiveCluster, view: View, contents: Contents): readonly ListedMember[] {
  if (quorateAmong(samplesOf(view.observations), live.running) !== undefined) return []
  if (live.serving.length > 0) return live.leaving
  if (live.keepalived.length > 0) return []
  const listed = [...view.observations.keys()].flatMap((host) => {
    const file = view.facts.get(host)?.configs.corosync?.reveal()
    const conf = live.running.includes(host) ? corosyncRunning(host, view, contents) : file
    return conf !== undefined && belongingOf(conf, inventory) === 'ours' ? listedMembers(conf) : []
  })
  return distinct(listed).filter((member) => whoIs(member, listed, inventory.loadBalancers) === undefined)
}
