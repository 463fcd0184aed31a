import type { Inventory } from '../../inventory/model.ts'
import { corosyncChanges } from '../../roles/corosync/changes.ts'
import type { Contents } from '../contents.ts'
import { samplesOf, type View } from '../look.ts'
import { hostNotes } from '../order.ts'
import { clusterSteps, pendingSteps } from '../pending.ts'
import type { Observation } from '../observe.ts'
import { beyond, joined } from './choose.ts'
import { calledBy, isPending, readLiveCluster, type LiveCluster } from './live.ts'
import type { ClusterOrder, Decided } from './cluster-order.ts'
import { formSteps, liveSteps, notesOf } from './describe.ts'
import { isOnline } from './membership.ts'

/** Decides the order from what was seen. Pure: plan and up ask the same function. */
export function decideClusterOrder(inventory: Inventory, view: View, contents: Contents): ClusterOrder {
  const observations = [...view.observations.values()]
  const live = readLiveCluster(inventory, view, contents)
  const names = observations.map(({ host }) => host)
  const inHand = names.filter((name) => live.serving.includes(name) && !live.unlisted.includes(name))
  const members = [
    ...inHand.filter((name) => !live.holders.includes(name)),
    ...inHand.filter((name) => live.holders.includes(name)),
  ]
  const changes = observations
    .filter(({ host }) => members.includes(host))
    .map((observation) => changesOf(observation, view, contents))
  const stale = observations.filter(
    (one) =>
      live.running.includes(one.host) &&
      !members.includes(one.host) &&
      changesOf(one, view, contents).restart.length > 0,
  )
  const pending = observations.filter((one) => pendingSteps(one).length > 0).map(({ host }) => host)
  const cib = members.length === 0 || observations.some((one) => clusterSteps(one).length > 0)
  const moved = new Set(changes.flatMap((one) => one.moved))
  const reload = [...new Set(changes.flatMap((one) => one.reload))]
  const restart = [...new Set(changes.flatMap((one) => one.restart))]
  const byAll = moved.size + reload.length + restart.length > 0
  const base: Decided = {
    live,
    members,
    joiners: names.filter((name) => !members.includes(name)),
    reload,
    restart,
    stale: stale.map(({ host }) => host),
    moved: members.filter((name) => moved.has(name)),
    alone: leftAlone(live, members, view),
    turns: members.filter((name) => {
      const observation = view.observations.get(name)
      const steps = observation === undefined ? [] : pendingSteps(observation)
      return (byAll ? beyond(steps) : joined(steps)).length > 0
    }),
    cib,
    migrates: live.keepalived.length > 0,
  }
  if (pending.length === 0 && live.leaving.length + live.remembered.length === 0 && !cib)
    return { ...base, way: 'nothing', steps: [], notes: [] }
  const way = members.length === 0 ? 'form' : 'live'
  const steps = way === 'form' ? formSteps(base) : liveSteps(base)
  return { ...base, way, steps, notes: [...notesOf(base), ...hostNotes(inventory, view.facts)] }
}

/** A pair that loses one keeps quorum, and of more the votes are lowered between two that leave (votes.ts): down to two. */
function leftAlone({ leaving }: LiveCluster, members: readonly string[], { observations }: View): readonly string[] {
  const online = leaving.filter((member) => isOnline(samplesOf(observations), members, member))
  return members.length === 1 && online.length > 1 ? online.map(calledBy) : []
}

/** What changes between the corosync.conf and the key that a member runs with and the wanted ones. */
function changesOf(observation: Observation, view: View, contents: Contents): ReturnType<typeof corosyncChanges> {
  const files = observation.resources.flatMap(({ resource }) =>
    resource.file?.unit === 'corosync' ? [resource.file] : [],
  )
  const old = contents.get(observation.host)
  const versions = view.facts.get(observation.host)?.versions
  const config = files.find(({ encoding }) => encoding === undefined)
  const key = files.find(({ encoding }) => encoding === 'base64')
  const isKeyChanged = key !== undefined && isPending(observation, `file[${key.path}]`, 'content')
  const after = config?.content.reveal() ?? ''
  const before = old?.get(config?.path ?? '')?.running?.reveal() ?? after
  const changes = corosyncChanges(
    { conf: before, authkey: isKeyChanged ? undefined : '' },
    { conf: after, authkey: '' },
    versions?.corosync.version ?? '',
  )
  // Another address is no matter of all: that member leaves and comes back.
  return { ...changes, restart: changes.restart.filter((aspect) => aspect !== 'addresses') }
}
