import type { Inventory } from '../../inventory/model.ts'
import { corosyncChanges } from '../../roles/corosync/changes.ts'
import type { Contents } from '../contents.ts'
import { samplesOf, type View } from '../look.ts'
import { hostNotes } from '../order.ts'
import { clusterSteps, pendingSteps } from '../pending.ts'
import type { Observation } from '../observe.ts'
import { beyond, joined } from './choose.ts'
import { calledBy, isPending, readLiveCluster, type LiveCluster } from './live.ts'
import { isOnline } from './membership.ts'

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
  /** Members that have another address than corosync knows them by: each leaves and comes back, holders last. */
  readonly moved: readonly string[]
  /** Members that leave at once, where the one that stays has no quorum when they are gone: it counts them until it reads its new list. */
  readonly alone: readonly string[]
  /** Members on which more is to be done than corosync's files. */
  readonly turns: readonly string[]
  /** Whether the CIB is to be changed. */
  readonly cib: boolean
  /** keepalived serves until now. */
  readonly migrates: boolean
  readonly steps: readonly string[]
  readonly notes: readonly string[]
}

/** What corosync is to read before anybody joins: each that joins is listed by a reload of its own. */
export function readFirst({ reload, live }: Pick<ClusterOrder, 'reload' | 'live'>): readonly string[] {
  const isJoining = live.unlisted.length > 0 && live.leaving.length === 0
  return isJoining ? reload.filter((aspect) => aspect !== 'members' && aspect !== 'votes') : reload
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
  const moved = new Set(changes.flatMap((one) => one.moved))
  const reload = [...new Set(changes.flatMap((one) => one.reload))]
  const restart = [...new Set(changes.flatMap((one) => one.restart))]
  const byAll = moved.size + reload.length + restart.length > 0
  const base = {
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
    ...(migrates ? handOver(live) : ['bring the CIB to what is wanted, then the VIP is verified']),
  ]
}

function handOver({ keepalived, holders }: LiveCluster): readonly string[] {
  const backups = keepalived.filter((name) => !holders.includes(name))
  const last = keepalived.filter((name) => holders.includes(name))
  return [
    'bring the CIB to what is wanted, with the VIPs held back',
    ...(backups.length === 0 ? [] : [`stop keepalived on ${backups.join(', ')}: not the holder`]),
    ...(last.length === 0 ? [] : [`stop keepalived on ${last.join(', ')}, the holder`]),
    'let pacemaker start the VIPs, then the VIP is verified',
  ]
}

function liveSteps(base: Base): readonly string[] {
  const { live, joiners, restart, moved, turns, cib, migrates } = base
  const first = readFirst(base)
  const forgotten = new Set([...live.leaving.map(calledBy), ...live.remembered])
  return [
    ...(restart.length > 0
      ? [
          'maintenance mode: pacemaker leaves haproxy and the VIPs as they are',
          `stop corosync and pacemaker on all members, write corosync's files, start them (corosync takes another ${restart.join(', ')} only at its start)`,
          'end maintenance mode',
        ]
      : [
          ...moved.map((name) => `${name} leaves the cluster, is listed by its new address, and comes back`),
          ...(first.length === 0
            ? []
            : [
                `write corosync's files on all members, then make all of them read these (${first.join(', ')}): nothing is restarted`,
              ]),
        ]),
    ...joiners.map((name) =>
      live.unlisted.includes(name)
        ? `${name} joins: the others list it (nothing is restarted), then it is started and waited for`
        : `${name} is started and waited for`,
    ),
    ...turns.map(
      (name) =>
        `${name} (${live.holders.includes(name) ? 'holds the VIP: last' : 'does not hold the VIP'}), then the VIP is verified`,
    ),
    ...[...forgotten].map((name) => `pacemaker forgets ${name}`),
    ...(migrates ? handOver(live) : cib ? ['bring the CIB to what is wanted, then the VIP is verified'] : []),
  ]
}

function notesOf({ migrates, restart, live, members, alone }: Base): readonly string[] {
  return [
    ...(migrates
      ? ['the VIP is away from the moment keepalived stops on the holder until pacemaker has started it: about 2 s']
      : []),
    ...(restart.length === 0
      ? []
      : [
          `all members of corosync are stopped at once for: ${restart.join(', ')}; haproxy and the VIPs go on, but nothing moves them meanwhile; up does this only with --yes`,
        ]),
    ...(alone.length === 0
      ? []
      : [
          `${alone.join(', ')} leave at once: ${members.join(', ')} alone has no quorum until it reads its new list, and pacemaker stops the VIPs for that time; up does this only with --yes`,
        ]),
    ...(live.replaced.length === 0
      ? []
      : [
          `${live.replaced.join(', ')}, which runs haproxy until now, is replaced by haproxy's own unit: the VIP is away until that serves, about 5 s`,
        ]),
    ...(members.length > 0 && live.holders.length > 0 && restart.length + live.replaced.length + alone.length === 0 && !migrates
      ? ['the VIP stays where it is, unless the CIB changes what it runs with']
      : []),
  ]
}
