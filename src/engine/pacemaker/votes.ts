import type { View } from '../look.ts'
import type { Run } from '../run.ts'
import type { Tally } from '../tally.ts'
import { doSteps } from '../turn.ts'
import { takeSamples } from '../verify.ts'
import { statusOf } from './membership.ts'
import { isMember, votesOf } from './quorum.ts'

/**
 * Before a member that leaves is stopped: only the votes that are there count, so that it does not cost the quorum where another is off.
 * Nothing where all are there: the new list tells that one has left. Of two, half is no majority, however few are expected.
 */
export async function expectFewerVotes(run: Run, view: View, tally: Tally): Promise<void> {
  if (run.inventory.ha !== 'pacemaker') return
  const samples = await takeSamples({ built: view.built, connections: run.connections })
  for (const name of view.observations.keys()) {
    const status = statusOf(samples, name)
    if (status?.quorate !== true) continue
    const { present, isPair } = votesOf(status, view.facts.get(name)?.configs.corosync?.reveal() ?? '')
    const isWhole = status.nodes.every((node) => node.online || !isMember(node))
    if (isWhole || isPair || present <= 2) return
    await doSteps(run, view, tally, name, [{ resources: [], action: { do: 'expect-votes', votes: present } }])
    return
  }
}
