import { setTimeout as sleep } from 'node:timers/promises'
import type { Inventory } from '../../inventory/model.ts'
import { oneError } from '../../lib/errors.ts'
import type { View } from '../look.ts'
import type { Run } from '../run.ts'
import type { Tally } from '../tally.ts'
import { takeSamples } from '../verify.ts'
import { failuresOf, inMaintenance } from './maintenance.ts'
import { awaitMembers, missingIn, quorateAmong } from './membership.ts'
import { reloadCluster } from './reload.ts'

/**
 * While keys or ciphers change hands a member that is some milliseconds late may be parted from the others, and comes back by itself (seen
 * with corosync 3.1.7). pacemaker leaves haproxy and the VIPs as they are until that would have been noticed and is over.
 */
export async function rekeyCluster(run: Run, view: View, tally: Tally, members: readonly string[]): Promise<void> {
  const samples = await takeSamples({ built: view.built, connections: run.connections })
  // Where a killed run has parted them already, nobody may have quorum: then nothing serves that could be left as it is.
  const serves = quorateAmong(samples, members) !== undefined
  const once = missingIn(samples, members).length === 0
  const work = (): Promise<void> => reloadCluster(run, view, tally, members, [], { once })
  const together = async (): Promise<void> => {
    const time = noticed(run.inventory)
    run.emit({ type: 'waiting', what: `whether members have lost each other over this: ${(time / 1000).toFixed(1)} s` })
    await sleep(time)
    await awaitMembers(run, view, members)
  }
  if (serves) {
    await inMaintenance(run, view, tally, members, { work, together })
    return
  }
  const errors = await failuresOf([work, together])
  if (errors.length > 0) throw oneError(errors)
}

/** Milliseconds after which a lost member is off the list: token, 650 ms for each member beyond two, and consensus (corosync.conf(5)). */
function noticed({ corosync: { token }, loadBalancers }: Inventory): number {
  return (token + 650 * Math.max(0, loadBalancers.length - 2)) * 2.2 + 500
}
