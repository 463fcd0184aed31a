import { act } from './act.ts'
import { fetchContents } from './contents.ts'
import { HaError } from '../lib/errors.ts'
import { findLeavers, retireLeavers, type Leaver } from './leavers.ts'
import { lockAll } from './lock.ts'
import { connectionOf, look, observeAll, onAll, samplesOf, type View } from './look.ts'
import { decideOrder, type Order } from './order.ts'
import { tellFindings, type Ending } from './outcome.ts'
import { loadsOf, pendingSteps } from './pending.ts'
import { tellPlan } from './plan.ts'
import { throwIfInterrupted, type Run } from './run.ts'
import type { Tally } from './tally.ts'
import { convergeHost } from './turn.ts'
import { verify } from './verify.ts'

/**
 * Brings the cluster to what the inventory says, and proves that it serves. The whole workflow:
 * look; when nothing is to be done, verify; else lock, look again, install, look again, change in order, look again, verify.
 * Throws HaError for what ends it early; what was done by then stays done and is in the tally.
 */
export async function up(run: Run, tally: Tally): Promise<Ending> {
  const first = await look(run, { settle: 'generate' })
  tallyAll(tally, first)
  const leavers = await findLeavers(run, first.facts)
  if (!isPending(run, first) && leavers.every(({ observation }) => pendingSteps(observation).length === 0)) {
    return conclude(run, first, 'nothing to do')
  }
  throwIfInterrupted(run.signal)
  const changeable = [...run.connections.values()].filter(({ name }) => run.limit.has(name))
  const lock = await lockAll(changeable, {
    force: run.forceUnlock,
    signal: run.signal,
    tell: (what) => {
      run.emit({ type: 'waiting', what })
    },
  })
  const hosts = changeable.map(({ name }) => name)
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
  let view = await look(run, { settle: 'generate' })
  tallyAll(tally, view)
  throwIfInterrupted(run.signal)
  await retireLeavers(run, leavers)
  if (await installPrograms(run, view, tally)) {
    throwIfInterrupted(run.signal)
    // What a program can do is known only when it is there: facts, what is wanted and what is are made anew.
    view = await look(run, { settle: view.secrets })
    tallyAll(tally, view)
  }
  throwIfInterrupted(run.signal)
  const contents = await onAll(view.observations.keys(), (name) => {
    const observation = view.observations.get(name)
    if (observation === undefined) throw new HaError('it was not seen', { where: name })
    return fetchContents(connectionOf(run, name), observation)
  })
  const order = decideOrder(run.inventory, view, contents)
  refusePartOfConversation(run, view, order)
  tellPlan(run, view, contents, order, leavers)
  await act(run, view, order, tally)
  const observations = await observeAll(run, view.built)
  const last = { ...view, observations }
  tallyAll(tally, last)
  return last
}

/** The plays that act on all hosts at the same time. True when one of them did something. */
async function installPrograms(run: Run, view: View, tally: Tally): Promise<boolean> {
  const early = run.playbook.plays.filter(({ serial }) => serial === 'all').map(({ name }) => name)
  const wanting = [...view.observations.values()].filter(
    (observation) =>
      run.limit.has(observation.host) && early.some((play) => pendingSteps(observation, play).length > 0),
  )
  if (wanting.length === 0) return false
  const resources = new Set(
    view.built.hosts.flatMap(({ plays }) =>
      plays.filter(({ play }) => early.includes(play)).flatMap((play) => play.resources.map(({ id }) => id)),
    ),
  )
  await onAll(
    wanting.map(({ host }) => host),
    (name) =>
      convergeHost(run, view, tally, name, (steps) =>
        steps.filter((step) => step.resources.every((id) => resources.has(id))),
      ),
  )
  return true
}

/** What all members must share cannot be changed on some of them. */
function refusePartOfConversation(run: Run, view: View, { way, aspects }: Order): void {
  if (way !== 'conversation') return
  const left = [...view.observations.values()]
    .filter((observation) => !run.limit.has(observation.host) && loadsOf(pendingSteps(observation)).length > 0)
    .map(({ host }) => host)
  if (left.length === 0) return
  throw new HaError(
    `what members say to each other changes (${aspects.join(', ')}), and --limit leaves ${left.join(', ')} out: they would no longer understand each other`,
    {
      mend: 'run without --limit',
    },
  )
}

function isPending(run: Run, view: View): boolean {
  return [...view.observations.values()].some(
    (observation) => run.limit.has(observation.host) && pendingSteps(observation).length > 0,
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

/** With preemption the highest priority takes the VIPs; members that are out of sight or not to be changed cannot be judged. */
function expectedHolder({ inventory, connections }: Run): string | undefined {
  if (!inventory.keepalived.preempt) return undefined
  const [first] = inventory.loadBalancers.toSorted((a, b) => b.priority - a.priority)
  return first !== undefined && connections.has(first.name) ? first.name : undefined
}
