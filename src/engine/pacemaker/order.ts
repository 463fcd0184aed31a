import type { Inventory } from '../../inventory/model.ts'
import { corosyncChanges } from '../../roles/corosync/changes.ts'
import type { Contents } from '../contents.ts'
import type { View } from '../look.ts'
import { hostNotes } from '../order.ts'
import { clusterSteps, pendingSteps } from '../pending.ts'
import type { Observation } from '../observe.ts'
import { calledBy, isPending, readLiveCluster, type LiveCluster } from './live.ts'

/** What is done to a cluster of pacemaker, and in which order. */
export interface ClusterOrder {
  /** `form`: it runs nowhere yet. `live`: it serves, and has to go on. */
  readonly way: 'nothing' | 'form' | 'live'
  readonly live: LiveCluster
  /** Members whose corosync and pacemaker run, holders last. */
  readonly members: readonly string[]
  /** Members that do not run as part of it: started after the others list them, one after the other. */
  readonly joiners: readonly string[]
  /** What corosync takes while it runs, and what it takes only at its start: all of them have to be stopped for that. */
  readonly reload: readonly string[]
  readonly restart: readonly string[]
  /** Hosts whose corosync runs without pacemaker, and would go on with what it takes at its start only: stopped first, nothing serves there. */
  readonly stale: readonly string[]
  /** Members that have another address than corosync knows them by: each leaves and comes back. */
  readonly moved: readonly string[]
  /** Whether the CIB is to be changed. */
  readonly cib: boolean
  /** keepalived serves until now. */
  readonly migrates: boolean
  readonly steps: readonly string[]
  readonly notes: readonly string[]
}

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
  const base = {
    live,
    members,
    joiners: names.filter((name) => !members.includes(name)),
    reload: [...new Set(changes.flatMap(({ reload }) => reload))],
    restart: [...new Set(changes.flatMap(({ restart }) => restart))],
    stale: stale.map(({ host }) => host),
    moved: [...new Set(changes.flatMap(({ moved }) => moved))],
    cib,
    migrates: live.keepalived.length > 0,
  }
  if (pending.length === 0 && live.leaving.length === 0 && !cib)
    return { ...base, way: 'nothing', steps: [], notes: [] }
  const way = members.length === 0 ? 'form' : 'live'
  const steps = way === 'form' ? formSteps(base) : liveSteps(base, pending)
  return { ...base, way, steps, notes: [...notesOf(base), ...hostNotes(inventory, view.facts)] }
}

type Base = Omit<ClusterOrder, 'way' | 'steps' | 'notes'>

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

function formSteps({ joiners, migrates, live, stale }: Base): readonly string[] {
  const all = joiners.join(', ')
  return [
    ...(stale.length === 0 ? [] : [`stop corosync on ${stale.join(', ')}, which runs without pacemaker`]),
    migrates
      ? `prepare corosync and pacemaker on ${all}, while keepalived goes on`
      : `all at the same time: ${all} (corosync runs nowhere)`,
    `start corosync and pacemaker on ${all}, and wait until they have quorum`,
    ...(migrates
      ? ['bring the CIB to what is wanted, with the VIPs held back', ...handOver(live), 'let pacemaker start the VIPs']
      : ['bring the CIB to what is wanted, then the VIP is verified']),
  ]
}

function handOver({ keepalived, holders }: LiveCluster): readonly string[] {
  const backups = keepalived.filter((name) => !holders.includes(name))
  const last = keepalived.filter((name) => holders.includes(name))
  return [
    ...(backups.length === 0 ? [] : [`stop keepalived on ${backups.join(', ')}, which do not hold the VIP`]),
    ...(last.length === 0 ? [] : [`stop keepalived on ${last.join(', ')}, the holder`]),
  ]
}

function liveSteps(base: Base, pending: readonly string[]): readonly string[] {
  const { live, members, joiners, reload, restart, moved, cib } = base
  const own = members.filter((name) => pending.includes(name))
  const leaving = live.leaving.map(calledBy)
  return [
    ...(restart.length === 0
      ? []
      : [
          `maintenance mode: pacemaker leaves haproxy and the VIPs as they are`,
          `stop corosync and pacemaker on all members, write the new configuration, start them (corosync takes ${restart.join(', ')} only at its start)`,
          'end maintenance mode, then the VIP is verified',
        ]),
    ...(restart.length > 0
      ? []
      : moved.map((name) => `${name} leaves the cluster, is listed by its new address, and comes back`)),
    ...(restart.length > 0 || (reload.length === 0 && joiners.length === 0 && leaving.length === 0)
      ? []
      : [
          `write corosync's files on all of them, then make them read these at the same time (${[...reload, ...(reload.length === 0 ? ['members'] : [])].join(', ')}): no restart`,
        ]),
    ...joiners.map((name) => `${name} (joins: after all others list it), then the VIP is verified`),
    ...own.map(
      (name) =>
        `${name} (${live.holders.includes(name) ? 'holds the VIP: last' : 'does not hold the VIP'}), then the VIP is verified`,
    ),
    ...leaving.map((name) => `pacemaker forgets ${name}`),
    ...(cib ? ['bring the CIB to what is wanted, then the VIP is verified'] : []),
    ...(live.keepalived.length === 0 ? [] : handOver(live)),
  ]
}

function notesOf({ migrates, restart, live, members }: Base): readonly string[] {
  return [
    ...(migrates
      ? [
          'the VIP is away from the moment keepalived stops on the holder until pacemaker has started it: about a second',
        ]
      : []),
    ...(restart.length === 0
      ? []
      : [
          `all members of corosync are stopped at once for: ${restart.join(', ')}; haproxy and the VIPs go on, but nothing moves them meanwhile; up does this only with --yes`,
        ]),
    ...(members.length > 0 && live.holders.length > 0 && restart.length === 0 && !migrates
      ? ['the VIP stays where it is, unless the CIB changes what it runs with']
      : []),
  ]
}
