import type { Inventory } from '../../inventory/model.ts'
import { canonicalAddress } from '../../lib/address.ts'
import { belongingOf } from '../../roles/corosync/ours.ts'
import { type ListedMember, listedMembers } from '../../roles/corosync/parse.ts'
import type { Contents } from '../contents.ts'
import { holdsAny, runs } from '../live.ts'
import { samplesOf, type View } from '../look.ts'
import type { Observation } from '../observe.ts'
import { statusOf } from './membership.ts'
import { isMember } from './quorum.ts'
import { calledBy, whoIs } from './who.ts'

/** What is alive in a cluster before it is changed: read from what its members run with. */
export interface LiveCluster {
  /** Members whose corosync runs with a configuration of this cluster. */
  readonly running: readonly string[]
  /** Members of them whose pacemaker runs. */
  readonly serving: readonly string[]
  /** Members whose interfaces carry a VIP, whoever put it there. */
  readonly holders: readonly string[]
  /** Every VIP, as its canonical address. */
  readonly vips: ReadonlySet<string>
  /** Whom those who run list. */
  readonly listed: readonly ListedMember[]
  /** Members that those who run do not list. */
  readonly unlisted: readonly string[]
  /** Those whom they list and the inventory does not name. */
  readonly leaving: readonly ListedMember[]
  /** Members that pacemaker knows by another name than the inventory: it takes one at its start. */
  readonly renamed: readonly string[]
  /** Nodes that left and that pacemaker still knows: a run was killed before it forgot them. */
  readonly remembered: readonly string[]
  /** Members whose keepalived is still to be stopped. */
  readonly keepalived: readonly string[]
  /** Those, and members whose keepalived is only to be disabled. */
  readonly retiring: readonly string[]
  /** Resources that run haproxy by other means than its unit: ours takes their place. */
  readonly replaced: readonly string[]
}

/** Reads the living from a look. Pure. */
export function readLiveCluster(inventory: Inventory, view: View, contents: Contents): LiveCluster {
  const observations = [...view.observations.values()]
  const configs = new Map(observations.map(({ host }) => [host, corosyncRunning(host, view, contents)]))
  const running = observations
    .filter((one) => runs(one, 'corosync') && belongingOf(configs.get(one.host), inventory) === 'ours')
    .map(({ host }) => host)
  const samples = samplesOf(view.observations)
  const quorate = running.filter((host) => statusOf(samples, host)?.quorate === true)
  // One that was off when it left comes back with its old list, alone: who has quorum knows who is a member.
  const knowing = quorate.length > 0 ? quorate : running
  const listed = distinct(knowing.flatMap((host) => listedMembers(configs.get(host) ?? '')))
  const known = new Map(listed.map((member) => [member, whoIs(member, listed, inventory.loadBalancers)]))
  const nodes = running.flatMap((host) => statusOf(samples, host)?.nodes ?? [])
  const vips = new Set(inventory.vips.map(({ address }) => canonicalAddress(address)))
  return {
    running,
    serving: observations
      .filter((one) => running.includes(one.host) && !isPending(one, 'service[pacemaker]', 'state'))
      .map(({ host }) => host),
    holders: observations.filter(({ samples }) => holdsAny(samples, vips)).map(({ host }) => host),
    vips,
    listed,
    unlisted: inventory.loadBalancers.filter((lb) => ![...known.values()].includes(lb)).map(({ name }) => name),
    leaving: listed.filter((member) => known.get(member) === undefined),
    renamed: [...known].flatMap(([{ nodeId }, lb]) =>
      nodes.some(({ id, name, online }) => online && id === String(nodeId) && name !== lb?.name)
        ? (lb?.name ?? [])
        : [],
    ),
    remembered: rememberedNodes(inventory, view),
    keepalived: observations.filter((one) => isPending(one, 'service[keepalived]', 'state')).map(({ host }) => host),
    retiring: observations
      .filter((one) => ['state', 'boot'].some((property) => isPending(one, 'service[keepalived]', property)))
      .map(({ host }) => host),
    replaced: replacedIn(view, running),
  }
}

/**
 * Nodes that are off and that the inventory does not name, as pacemaker knows them. None is one that a member's number is listed for while
 * pacemaker does not know that member by its own name: it was renamed, and its node is as soon as it runs.
 */
export function rememberedNodes({ ha, loadBalancers }: Inventory, { facts, observations }: View): readonly string[] {
  if (ha !== 'pacemaker') return []
  const samples = samplesOf(observations)
  const nodes = [...observations.keys()].flatMap((host) => statusOf(samples, host)?.nodes ?? [])
  const names = new Set(nodes.map(({ name }) => name))
  const listed = [...facts.values()].flatMap(({ configs }) => listedMembers(configs.corosync?.reveal() ?? ''))
  const renamed = listed.filter((member) => {
    const lb = whoIs(member, listed, loadBalancers)
    return lb !== undefined && !names.has(lb.name)
  })
  const off = nodes
    .filter((node) => isMember(node) && !node.online && !node.pending)
    .filter(({ id }) => !renamed.some(({ nodeId }) => id === String(nodeId)))
    .map(({ name }) => name)
  return [...new Set(off)].filter((name) => !loadBalancers.some((lb) => lb.name === name))
}

/** haproxy by another agent than its unit's: it runs with files of its own. */
function replacedIn({ observations }: View, running: readonly string[]): readonly string[] {
  const samples = samplesOf(observations)
  const resources = running.flatMap((host) => statusOf(samples, host)?.resources ?? [])
  const others = resources.filter(({ agent }) => /^ocf:.*:haproxy$/.test(agent))
  return [...new Set(others.map(({ id }) => id))]
}

/** The corosync.conf that a member runs with, as far as is known. */
export function corosyncRunning(host: string, view: View, contents: Contents): string | undefined {
  const platform = view.built.hosts.find(({ name }) => name === host)?.platform
  if (platform === undefined || 'refused' in platform.cluster) return undefined
  const fetched = contents.get(host)?.get(platform.cluster.corosync.config)
  return (fetched === undefined ? view.facts.get(host)?.configs.corosync : fetched.running)?.reveal()
}

/** Whether a property of a resource is to be changed. */
export function isPending({ resources }: Observation, id: string, property: string): boolean {
  const found = resources.find(({ resource }) => resource.id === id)
  return found?.comparison.changes.some((change) => change.property === property) === true
}

/** Each member once, by what it is called. */
export function distinct(members: readonly ListedMember[]): readonly ListedMember[] {
  return [...new Map(members.map((member) => [calledBy(member), member])).values()]
}
