import { isIP } from 'node:net'
import type { Inventory } from '../../inventory/model.ts'
import { canonicalAddress } from '../../lib/address.ts'
import { listedMembers, parseCorosync, sectionsAt, valueAt } from './parse.ts'

/**
 * Whose a host's corosync.conf is. `stock`: the cluster of one that Debian's package starts on the loopback, free to be replaced like
 * `none`. `foreign`: of another cluster, to whose members this host still belongs.
 */
export type Belonging = 'none' | 'stock' | 'ours' | 'foreign'

/** Whose a corosync.conf is, by what it lists and calls itself. */
export function belongingOf(conf: string | undefined, { cluster, loadBalancers }: Inventory): Belonging {
  if (conf === undefined || conf.trim() === '') return 'none'
  if (isStock(conf)) return 'stock'
  if (clusterName(conf) === cluster) return 'ours'
  const addresses = new Set(loadBalancers.flatMap(({ address, links }) => [address, ...links]).map(canonicalAddress))
  const names = new Set(loadBalancers.map(({ name }) => name))
  // A name counts where it stands for the address: as a mere label any cluster may have an `lb1`.
  const isOurs = (one: string): boolean => (isIP(one) === 0 ? names.has(one) : addresses.has(canonicalAddress(one)))
  return listedAddresses(conf).some(isOurs) ? 'ours' : 'foreign'
}

/** Whether an earlier run wrote it for this cluster: nothing less is proof enough to end what runs with it. */
export function isWrittenFor(conf: string | undefined, { cluster }: Inventory): boolean {
  return conf !== undefined && clusterWrittenFor(conf) === cluster
}

/** The cluster that an earlier run wrote it for; undefined where somebody else did. */
export function clusterWrittenFor(conf: string): string | undefined {
  return /^# Managed by ha-provision for the cluster (\S+):/.exec(conf)?.[1]
}

/** What a corosync.conf calls its cluster; empty where it does not. */
export function clusterName(conf: string): string {
  return valueAt(parseCorosync(conf), ['totem'], 'cluster_name') ?? ''
}

/** What it calls itself, and whom it lists: `'db' with db1, db2`. */
export function calledCluster(conf: string): string {
  const members = listedMembers(conf).map(({ name, addresses }) => name ?? addresses.get(0) ?? '?')
  return `'${clusterName(conf)}'${members.length === 0 ? '' : ` with ${members.join(', ')}`}`
}

/** How many of the inventory's members a corosync.conf lists. */
export function countListed(conf: string, { loadBalancers }: Inventory): number {
  const listed = new Set([...listedAddresses(conf), ...listedMembers(conf).flatMap(({ name }) => name ?? [])])
  return loadBalancers.filter(({ name, address }) => listed.has(address) || listed.has(name)).length
}

function listedAddresses(conf: string): readonly string[] {
  return listedMembers(conf).flatMap(({ addresses }) => [...addresses.values()])
}

/** Before corosync 3 there was no list: the loopback was the network to bind to. */
function isStock(conf: string): boolean {
  const bound = sectionsAt(parseCorosync(conf), ['totem', 'interface']).flatMap(
    ({ values }) => values.get('bindnetaddr') ?? [],
  )
  const listed = listedAddresses(conf)
  const all = listed.length === 0 ? bound : listed
  return all.length > 0 && all.every((one) => /^(127\.|::1$|localhost$)/.test(one))
}
