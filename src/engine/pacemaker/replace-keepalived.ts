import { asHaError, HaError, ManyErrors } from '../../lib/errors.ts'
import { heldBack } from '../../resources/cib/held.ts'
import { connectionOf, onAll, type View } from '../look.ts'
import type { Run } from '../run.ts'
import type { Tally } from '../tally.ts'
import { convergeHost, doSteps } from '../turn.ts'
import { retirement, withoutBoot } from './choose.ts'
import { convergeCib, lookAtCib, wantedCib } from './cib.ts'
import type { ClusterOrder } from './cluster-order.ts'
import { refusalOf } from './judge.ts'

/** What decides how keepalived ends. */
type Serving = Pick<ClusterOrder, 'members' | 'joiners' | 'cib'> & {
  readonly live: Pick<ClusterOrder['live'], 'keepalived' | 'holders'>
}

/**
 * keepalived ends, and pacemaker takes the VIPs. Before that all but the VIPs is in the CIB, and the whole of it has been judged: what
 * crm_verify refuses is found while keepalived still serves. keepalived is not started again where the rest fails: pacemaker may have taken
 * the VIPs without having been able to say so, and there would be two holders.
 */
export async function replaceKeepalived(
  run: Run,
  view: View,
  tally: Tally,
  order: Serving,
  through: string,
): Promise<void> {
  const wanted = wantedCib(view)
  // Where the CIB is as wanted its VIPs serve: then a stray keepalived ends, and nothing else.
  if (order.cib) await convergeCib(run, view, tally, through, heldBack(wanted))
  const steps = await lookAtCib(run, view, through, wanted)
  const refusal = await refusalOf(connectionOf(run, through), steps)
  if (refusal !== undefined) throw refusal
  await endBackups(run, view, tally, order)
  try {
    await endHolders(run, view, tally, order)
    await convergeCib(run, view, tally, through, wanted, steps)
  } catch (thrown) {
    const error = asHaError(thrown)
    throw new ManyErrors([...(error instanceof ManyErrors ? error.errors : [error]), withoutHolder(order)])
  }
}

function withoutHolder({ live }: Serving): HaError {
  return new HaError(
    `keepalived was told to end on ${live.keepalived.join(', ')}, and pacemaker may not have taken over: the VIPs may be on no member`,
    { mend: 'run up again: it goes on from here; or write ha: keepalived and run up, which goes back' },
  )
}

/**
 * The backups first: while the holder's keepalived ends, none of them may take the VIP. On the holder nothing is looked at between its end and
 * the start of the VIP: that would be a part of the gap.
 */
async function endBackups(run: Run, view: View, tally: Tally, { live, members, joiners }: Serving): Promise<void> {
  const { holders } = live
  const backups = [...members, ...joiners].filter((name) => !holders.includes(name))
  await onAll(backups, (name) => convergeHost(run, view, tally, name, retirement))
  // One haproxy for all, and pacemaker stops every one where it finds several.
  if (run.inventory.pacemaker.haproxy === 'with-vip')
    await onAll(backups, (name) =>
      doSteps(run, view, tally, name, [{ resources: ['loaded[haproxy]'], action: { do: 'stop', unit: 'haproxy' } }]),
    )
  await onAll(lastOf(live), (name) => convergeHost(run, view, tally, name, withoutBoot))
}

async function endHolders(run: Run, view: View, tally: Tally, { live }: Serving): Promise<void> {
  await onAll(lastOf(live), (name) =>
    doSteps(run, view, tally, name, [
      { resources: ['service[keepalived]'], action: { do: 'stop', unit: 'keepalived' } },
    ]),
  )
}

function lastOf({ keepalived, holders }: Serving['live']): readonly string[] {
  return keepalived.filter((name) => holders.includes(name))
}
