import type { LiveCluster } from './live.ts'
import type { Taken } from './taken.ts'

/** What there is to do to a cluster of pacemaker, and on whom. */
export interface Decided {
  readonly live: LiveCluster
  /** Members whose corosync and pacemaker run, holders last. */
  readonly members: readonly string[]
  /** Members that do not run as part of it: started after the others list them, one after the other. */
  readonly joiners: readonly string[]
  /** What corosync takes while it runs, and what it takes only at its start: all of them have to be stopped for that. */
  readonly reload: readonly string[]
  readonly restart: readonly string[]
  /**
   * Hosts that are no members, and whose corosync would go on with what it takes at its start only: stopped first. Their pacemaker does not
   * run, or nobody of the inventory is on their list.
   */
  readonly stale: readonly string[]
  /** Members that have another address than corosync knows them by: each leaves and comes back, holders last. */
  readonly moved: readonly string[]
  /** Joiners that the others list by another address: taken off the list before they are listed anew. */
  readonly readdressed: readonly string[]
  /** Hosts whose firewall is to be opened before corosync's members or their addresses change. */
  readonly opened: readonly string[]
  /** Members that leave, where the one that stays has no quorum when they are gone: it counts them until it reads its new list. */
  readonly alone: readonly string[]
  /** Members that have left the inventory, are online, and cannot be stopped. */
  readonly alive: readonly string[]
  /** Members that have left the inventory and were not reached, where nobody in hand has quorum: they may have it, and serve. */
  readonly lost: readonly string[]
  /** Members on which more is to be done than corosync's files. */
  readonly turns: readonly string[]
  /** Members that get another version of corosync or pacemaker in their turn: their package stops what runs. */
  readonly updated: readonly string[]
  /** VIPs that go to another member, because it prefers them. */
  readonly taken: readonly Taken[]
  /** Whether the CIB is to be changed. */
  readonly cib: boolean
  /** keepalived serves until now. */
  readonly migrates: boolean
}

/** What is done, and how it is told. */
export interface ClusterOrder extends Decided {
  /** `form`: it runs nowhere yet. `live`: it serves, and has to go on. */
  readonly way: 'nothing' | 'form' | 'live'
  readonly steps: readonly string[]
  readonly notes: readonly string[]
}

/** What corosync is to read before anybody joins: each that joins is listed by a reload of its own. */
export function readFirst({ reload, live }: Pick<Decided, 'reload' | 'live'>): readonly string[] {
  const isJoining = live.unlisted.length > 0 && live.leaving.length === 0
  return isJoining ? reload.filter((aspect) => aspect !== 'members' && aspect !== 'votes') : reload
}

const CRYPTO: readonly string[] = ['key', 'cipher', 'hash']

/** Whether members go over to other words among themselves by this. */
export function isRekeying(reload: readonly string[]): boolean {
  return reload.some((aspect) => CRYPTO.includes(aspect))
}
