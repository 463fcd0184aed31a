import type { View } from '../look.ts'
import type { Run } from '../run.ts'
import type { Tally } from '../tally.ts'
import { doSteps } from '../turn.ts'
import { takeSamples } from '../verify.ts'
import { statusOf } from './membership.ts'

/**
 * After one of several members that leave has been stopped: the votes that are left, so that the next one to go does not cost the quorum.
 * Nothing where one alone leaves: the new list tells that.
 */
export async function expectFewerVotes(run: Run, view: View, tally: Tally): Promise<void> {
  if (run.inventory.ha !== 'pacemaker') return
  const samples = await takeSamples({ built: view.built, connections: run.connections })
  for (const name of view.observations.keys()) {
    const status = statusOf(samples, name)
    if (status?.quorate !== true) continue
    const votes = status.nodes.filter(({ online }) => online).length
    if (votes <= 2) return
    await doSteps(run, view, tally, name, [{ resources: [], action: { do: 'expect-votes', votes } }])
    return
  }
}
