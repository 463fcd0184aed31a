import type { ClusterNode, ClusterStatus } from '../../checks/cluster-status.ts'
import { listedMembers, parseCorosync, sectionsAt, valueAt } from '../../roles/corosync/parse.ts'

/** The votes of a cluster that has quorum. */
export interface Votes {
  /** Of members that are online, and of a quorum device. */
  readonly present: number
  /** Of two that are listed either goes on alone. */
  readonly isPair: boolean
}

/** What is no member of corosync's (a remote node) has a name for its id. */
export function isMember({ id }: ClusterNode): boolean {
  return /^\d+$/.test(id)
}

/** As a member sees them that runs with this corosync.conf. Pure. */
export function votesOf({ nodes }: ClusterStatus, conf: string): Votes {
  const parsed = parseCorosync(conf)
  const devices = sectionsAt(parsed, ['quorum', 'device'])
  const added = devices.length === 0 ? 0 : Number(valueAt(parsed, ['quorum', 'device'], 'votes') ?? 1)
  return {
    present: nodes.filter((node) => isMember(node) && node.online).length + added,
    isPair: devices.length === 0 && listedMembers(conf).length === 2 && valueAt(parsed, ['quorum'], 'two_node') === '1',
  }
}

/**
 * Whether members that leave one after the other cost those who stay their quorum. Before each the votes that are expected are lowered to
 * those that are present (votes.ts), which corosync allows while there is quorum; so only the last of two is one too many. Pure.
 */
export function losesQuorum({ present, isPair }: Votes, leaving: number): boolean {
  if (isPair) return false
  for (let expected = present; expected > present - leaving; expected -= 1)
    if (expected - 1 < Math.floor(expected / 2) + 1) return true
  return false
}
