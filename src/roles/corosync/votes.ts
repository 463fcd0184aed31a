import type { Corosync, Inventory } from '../../inventory/model.ts'

/** What a `net` device decides a tie with: lms has to outvote all members but one. */
export function deviceVotes({ device }: Corosync, members: number): number {
  if (device === undefined) return 0
  return device.algorithm === 'lms' ? members - 1 : 1
}

/** Whether either of two may go on alone: it makes a member that lost its peer do so, and a device decides that better. */
export function isTwoNode({ corosync, loadBalancers }: Inventory): boolean {
  return loadBalancers.length === 2 && corosync.device === undefined
}

/** Raw lines with which corosync changes by itself how many votes it expects. */
const MOVING = /^\s*(last_man_standing|allow_downscale|expected_votes_tracking)\s*:\s*1\s*$/m

/** Whether the votes that are expected stay those of the list, whoever is there. */
export function isCountFixed({ corosync }: Inventory): boolean {
  return !MOVING.test(corosync.extra.quorum)
}
