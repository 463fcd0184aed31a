import { oneError } from '../lib/errors.ts'
import { cleanUp, isCleanupPending } from './cleanup.ts'
import { tellConcerns } from './concerns.ts'
import { tellFindings, type Ending } from './outcome.ts'
import { findLeavers, retireLeavers, type Leaver } from './leavers.ts'
import { lockAll } from './lock.ts'
import { fetchAll, look, samplesOf, type View } from './look.ts'
import { findObstacles } from './obstacles.ts'
import { clusterSteps, pendingSteps } from './pending.ts'
import { tellPlan } from './plan.ts'
import { rememberedNodes } from './pacemaker/live.ts'
import { expectFewerVotes } from './pacemaker/votes.ts'
import { procedureFor } from './procedure.ts'
import { installPrograms } from './programs.ts'
import { throwIfInterrupted, type Run } from './run.ts'
import type { Tally } from './tally.ts'
import { verify } from './verify.ts'

/** A package that changes on a live member may change what its configuration is to be: then all is looked at and done once more. */
const ROUNDS = 2

/**
 * Brings the cluster to what the inventory says, and proves that it serves. The whole workflow:
 * look; when nothing is to be done, verify; else lock, look again, install, retire who left, change in order, look again, verify.
 * Throws HaError for what ends it early; what was done by then stays done and is in the tally.
 */
export async function up(run: Run, tally: Tally): Promise<Ending> {
  const first = await look(run, { settle: 'generate' })
  tallyAll(tally, first)
  tellConcerns(run, first)
  const leavers = await findLeavers(run, first.facts)
  const isSettled = !isPending(run, first) && leavers.every(({ observation }) => pendingSteps(observation).length === 0)
  if (isSettled && !isCleanupPending(run, first)) return conclude(run, first, 'nothing to do')
  throwIfInterrupted(run.signal)
  const lock = await lockAll([...run.connections.values()], {
    force: run.forceUnlock,
    signal: run.signal,
    tell: (what) => {
      run.emit({ type: 'waiting', what })
    },
  })
  const hosts = [...run.connections.keys()]
  run.emit({ type: 'locked', hosts })
  try {
    const last = await change({ ...run, fence: lock.fence }, tally, leavers)
    return await conclude(run, last, 'done')
  } finally {
    await lock.release()
    run.emit({ type: 'unlocked', hosts })
  }
}

/** Everything that happens under the lock. Another run may have been here since the first look: so look again. */
async function change(run: Run, tally: Tally, leavers: readonly Leaver[]): Promise<View> {
  const lookAgain = async (settle: 'generate' | View['secrets']): Promise<View> => {
    const view = await look(run, { settle })
    tallyAll(tally, view)
    throwIfInterrupted(run.signal)
    return view
  }
  let view = await lookAgain('generate')
  const obstacles = findObstacles(view, run.limit)
  if (obstacles.length > 0) throw oneError(obstacles)
  // What is refused is refused before anything is changed: members that have left too.
  const intended = procedureFor(run, view, await fetchAll(run, view), leavers)
  intended.refuse()
  const judged = await intended.judge()
  if (judged !== undefined) throw judged
  // What a program can do is known only when it is there, and who holds the VIP only after who left has given it up.
  if (await installPrograms(run, view, tally)) view = await lookAgain(view.secrets)
  if (await retireLeavers(run, tally, leavers, () => expectFewerVotes(run, view, tally)))
    view = await lookAgain(view.secrets)
  for (let round = 1; round <= ROUNDS && (round === 1 || isPending(run, view)); round += 1) {
    const contents = await fetchAll(run, view)
    const procedure = procedureFor(run, view, contents, leavers, true)
    procedure.refuse()
    tellPlan(run, view, contents, procedure, leavers)
    await procedure.carryOut(tally)
    view = await lookAgain(view.secrets)
  }
  return (await cleanUp(run, view, tally)) ? lookAgain(view.secrets) : view
}

function isPending(run: Run, view: View): boolean {
  const observations = [...view.observations.values()]
  return (
    rememberedNodes(run.inventory, view).length > 0 ||
    observations.some(
      (observation) =>
        clusterSteps(observation).length > 0 ||
        (run.limit.has(observation.host) && pendingSteps(observation).length > 0),
    )
  )
}

function tallyAll(tally: Tally, { observations }: View): void {
  for (const observation of observations.values()) tally.seen(observation)
}

/** Proves that the cluster serves, from samples that the last look took already. */
async function conclude(run: Run, view: View, outcome: 'done' | 'nothing to do'): Promise<Ending> {
  const { findings, passed } = await verify({
    built: view.built,
    connections: run.connections,
    dialFromHere: run.dialFromHere,
    emit: run.emit,
    signal: run.signal,
    deadline: run.patience,
    requireServers: run.requireServers,
    expected: expectedHolder(run),
    first: samplesOf(view.observations),
  })
  // What was cut short was not waited for: it proves nothing.
  if (!passed) throwIfInterrupted(run.signal)
  tellFindings(findings, run.emit)
  return passed ? { outcome, exitCode: 0 } : { outcome: 'not verified', exitCode: 3 }
}

/** With preemption the highest priority takes the VIPs at once; of a member that is out of sight nothing can be expected. */
function expectedHolder({ inventory, connections }: Run): string | undefined {
  if (inventory.ha === 'pacemaker') return undefined
  const { preempt, preemptDelay } = inventory.keepalived
  if (!preempt || preemptDelay > 0) return undefined
  const [first] = inventory.loadBalancers.toSorted((a, b) => b.priority - a.priority)
  return first !== undefined && connections.has(first.name) ? first.name : undefined
}
