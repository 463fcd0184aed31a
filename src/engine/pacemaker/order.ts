import type { Inventory } from '../../inventory/model.ts'
import { corosyncChanges } from '../../roles/corosync/changes.ts'
import type { Contents } from '../contents.ts'
import type { View } from '../look.ts'
import { hostNotes } from '../order.ts'
import { clusterSteps, pendingSteps } from '../pending.ts'
import type { Observation } from '../observe.ts'
import { beyond, joined, openings, updates } from './choose.ts'
import { isPending, readLiveCluster } from './live.ts'
import type { ClusterOrder, Decided } from './cluster-order.ts'
import { takenVips } from './taken.ts'
import { formSteps, liveSteps, notesOf } from './describe.ts'
import { type Reached, whoLeaves } from './leaving.ts'

/** Decides the order from what was seen. Pure: plan and up ask the same function. */
export function decideClusterOrder(
  inventory: Inventory,
  view: View,
  contents: Contents,
  reached: Reached,
): ClusterOrder {
  const observations = [...view.observations.values()]
  const seen = readLiveCluster(inventory, view, contents)
  const names = observations.map(({ host }) => host)
  const inHand = names.filter((name) => seen.serving.includes(name) && !seen.unlisted.includes(name))
  const members = [
    ...inHand.filter((name) => !seen.holders.includes(name)),
    ...inHand.filter((name) => seen.holders.includes(name)),
  ]
  const joiners = names.filter((name) => !members.includes(name))
  const changes = observations
    .filter(({ host }) => members.includes(host))
    .map((observation) => changesOf(observation, view, contents))
  const stale = observations.filter(
    (one) =>
      seen.running.includes(one.host) &&
      !members.includes(one.host) &&
      ((members.length === 0 && seen.serving.includes(one.host)) || changesOf(one, view, contents).restart.length > 0),
  )
  const pending = observations.filter((one) => pendingSteps(one).length > 0).map(({ host }) => host)
  const cib = members.length === 0 || observations.some((one) => clusterSteps(one).length > 0)
  const moved = new Set(changes.flatMap((one) => one.moved))
  const reload = [...new Set(changes.flatMap((one) => one.reload))]
  const renamed = seen.renamed.some((name) => members.includes(name)) ? ['names'] : []
  const restart = [...new Set([...changes.flatMap((one) => one.restart), ...renamed])]
  const byAll = moved.size + reload.length + restart.length > 0
  const readdressed = joiners.filter((name) => moved.has(name) && !seen.unlisted.includes(name))
  const live = { ...seen, unlisted: [...seen.unlisted, ...readdressed] }
  const stepsOf = (name: string) => {
    const observation = view.observations.get(name)
    return observation === undefined ? [] : pendingSteps(observation)
  }
  const opened = byAll || joiners.length > 0 ? names.filter((name) => openings(stepsOf(name)).length > 0) : []
  const base: Decided = {
    live,
    members,
    joiners,
    reload,
    restart,
    stale: stale.map(({ host }) => host),
    moved: members.filter((name) => moved.has(name)),
    readdressed,
    opened,
    ...whoLeaves(inventory, live, members, view, contents, reached),
    turns: members.filter((name) => {
      const steps = stepsOf(name)
      const early = opened.includes(name) ? openings(steps) : []
      return (byAll ? beyond(steps) : joined(steps)).some((step) => !early.includes(step))
    }),
    updated: members.filter((name) => updates(stepsOf(name)).length > 0),
    taken: takenVips(inventory, view),
    cib,
    migrates: live.keepalived.length > 0,
  }
  if (pending.length === 0 && live.leaving.length + live.remembered.length === 0 && !cib)
    return { ...base, way: 'nothing', steps: [], notes: [] }
  const way = members.length === 0 ? 'form' : 'live'
  const steps = way === 'form' ? formSteps(base) : liveSteps(base)
  return { ...base, way, steps, notes: [...notesOf(base), ...hostNotes(inventory, view.facts)] }
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
  const after = config?.content.reveal() ?? ''
  const before = old?.get(config?.path ?? '')?.running?.reveal() ?? after
  // A run that was killed has written the key and not loaded it: its file tells nothing any more, and nothing else can differ.
  const isLoadLeft = before === after && isPending(observation, 'loaded[corosync]', 'configuration')
  const isKeyChanged = key !== undefined && (isLoadLeft || isPending(observation, `file[${key.path}]`, 'content'))
  const changes = corosyncChanges(
    { conf: before, authkey: isKeyChanged ? undefined : '' },
    { conf: after, authkey: '' },
    versions?.corosync.version ?? '',
  )
  // Another address is no matter of all: that member leaves and comes back.
  return { ...changes, restart: changes.restart.filter((aspect) => aspect !== 'addresses') }
}
