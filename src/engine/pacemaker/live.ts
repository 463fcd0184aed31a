import type { Inventory, LoadBalancer } from '../../inventory/model.ts'
import { canonicalAddress } from '../../lib/address.ts'
import { belongingOf } from '../../roles/corosync/ours.ts'
import { type ListedMember, listedMembers } from '../../roles/corosync/parse.ts'
import type { Contents } from '../contents.ts'
import { holdsAny, runs } from '../live.ts'
import { samplesOf, type View } from '../look.ts'
import type { Observation } from '../observe.ts'
import { statusOf } from './membership.ts'

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
  const listed = distinct(running.flatMap((host) => listedMembers(configs.get(host) ?? '')))
  const vips = new Set(inventory.vips.map(({ address }) => canonicalAddress(address)))
  return {
    running,
    serving: observations
      .filter((one) => running.includes(one.host) && !isPending(one, 'service[pacemaker]', 'state'))
      .map(({ host }) => host),
    holders: observations.filter(({ samples }) => holdsAny(samples, vips)).map(({ host }) => host),
    vips,
    listed,
    unlisted: inventory.loadBalancers
      .filter((lb) => !listed.some((member) => isSame(member, lb)))
      .map(({ name }) => name),
    leaving: listed.filter((member) => !inventory.loadBalancers.some((lb) => isSame(member, lb))),
    remembered: rememberedNodes(inventory, view),
    keepalived: observations.filter((one) => isPending(one, 'service[keepalived]', 'state')).map(({ host }) => host),
    retiring: observations
      .filter((one) => ['state', 'boot'].some((property) => isPending(one, 'service[keepalived]', property)))
      .map(({ host }) => host),
    replaced: replacedIn(view, running),
  }
}

/** Nodes that are off and that the inventory does not name, as pacemaker knows them. */
export function rememberedNodes({ ha, loadBalancers }: Inventory, { observations }: View): readonly string[] {
  if (ha !== 'pacemaker') return []
  const samples = samplesOf(observations)
  const nodes = [...observations.keys()].flatMap((host) => statusOf(samples, host)?.nodes ?? [])
  const names = nodes
    // What is no member of corosync's (a remote node) has a name for its id.
    .filter(({ id, online, pending }) => /^\d+$/.test(id) && !online && !pending)
    .map(({ name }) => name)
  return [...new Set(names)].filter((name) => !loadBalancers.some((lb) => lb.name === name))
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

/** By its name, or by its address where corosync knows it by no name; one made by hand may have the name for its address. */
export function isSame({ name, addresses }: ListedMember, lb: LoadBalancer): boolean {
  const known = [...addresses.values()]
  return name === undefined ? known.includes(lb.address) || known.includes(lb.name) : name === lb.name
}

/** What a member is called by the others. */
export function calledBy({ name, addresses }: ListedMember): string {
  return name ?? addresses.get(0) ?? ''
}

function distinct(members: readonly ListedMember[]): readonly ListedMember[] {
  return [...new Map(members.map((member) => [calledBy(member), member])).values()]
}
