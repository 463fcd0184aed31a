import { VerificationError } from '../lib/errors.ts'
import { onAll, type View } from './look.ts'
import type { Order } from './order.ts'
import type { Step } from './perform/perform.ts'
import { throwIfInterrupted, type Run } from './run.ts'
import type { Tally } from './tally.ts'
import { convergeHost, doSteps, type Choose } from './turn.ts'
import { holdersNow, verify } from './verify.ts'

/** Milliseconds that a member's turn may take to serve again: an election is over within four adverts. */
const TURN_PATIENCE = 20_000

const withoutKeepalived: Choose = (steps) =>
  steps.filter(({ action }) => !(action.do === 'load' && action.load.unit === 'keepalived'))

/** Changes the members in the order that was decided. The first failure ends it, with the members after it untouched. */
export async function act(run: Run, view: View, order: Order, tally: Tally): Promise<void> {
  switch (order.way) {
    case 'nothing':
      return
    case 'together':
      await onAll(limited(run, [...order.members, ...order.joiners]), (name) => convergeHost(run, view, tally, name))
      return
    case 'in turn':
      await inTurn(run, view, tally, limited(run, order.members), limited(run, order.joiners))
      return
    case 'conversation':
      await changeConversation(run, view, tally, order)
  }
}

function limited(run: Run, names: readonly string[]): readonly string[] {
  return names.filter((name) => run.limit.has(name))
}

/** One member after the other; before each the holder is found anew, since a turn before may have moved the VIP. */
async function inTurn(
  run: Run,
  view: View,
  tally: Tally,
  members: readonly string[],
  joiners: readonly string[],
): Promise<void> {
  const waiting = new Set([...members, ...joiners])
  const left = [...members]
  while (left.length > 0) {
    throwIfInterrupted(run.signal)
    const name = await nextOf(run, view, left)
    left.splice(left.indexOf(name), 1)
    await turn(run, view, tally, name, waiting)
  }
  for (const name of joiners) {
    throwIfInterrupted(run.signal)
    await turn(run, view, tally, name, waiting)
  }
}

/** The first that does not hold a VIP now. */
async function nextOf(run: Run, view: View, left: readonly string[]): Promise<string> {
  const held = new Set((await holdersNow({ built: view.built, connections: run.connections })).values())
  return left.find((name) => !held.has(name)) ?? left[0] ?? ''
}

async function turn(run: Run, view: View, tally: Tally, name: string, waiting: Set<string>): Promise<void> {
  const done = await convergeHost(run, view, tally, name)
  waiting.delete(name)
  if (done.length === 0) return
  run.emit({ type: 'doing', host: name, what: 'verifying its turn' })
  const { passed, findings } = await verify({ ...verifying(run, view), deadline: TURN_PATIENCE, notYet: waiting })
  if (passed) return
  const reasons = findings.filter(({ status }) => status === 'failed').map(({ message }) => message)
  await putBack(run, view, tally, name, done)
  throw new VerificationError(`after its turn the service was not as it should be: ${reasons.join('; ')}`, {
    where: name,
    mend: 'its files of before were put back, and the members after it were left alone; mend the reason and run again',
  })
}

/** A turn is judged to its end even in a run that is interrupted: cut short, a member that only needs a moment more would be put back. */
const UNINTERRUPTED = new AbortController().signal

/** What this turn loaded did not serve: the files it wrote are put back and loaded again. */
async function putBack(run: Run, view: View, tally: Tally, name: string, done: readonly Step[]): Promise<void> {
  const steps = done.flatMap(({ action, resources }): readonly Step[] => {
    if (action.do !== 'load') return []
    const paths = done.flatMap(({ action: other }) =>
      other.do === 'write' && other.file.unit === action.load.unit ? [other.file.path] : [],
    )
    return paths.length === 0 ? [] : [{ resources, action: { do: 'put-back', load: action.load, paths } }]
  })
  if (steps.length === 0) return
  await doSteps(run, view, tally, name, steps)
  run.emit({ type: 'put-back', host: name, what: 'the files that ran before' })
}

function verifying(
  run: Run,
  view: View,
): Pick<Parameters<typeof verify>[0], 'built' | 'connections' | 'dialFromHere' | 'emit' | 'signal' | 'requireServers'> {
  return {
    built: view.built,
    connections: run.connections,
    dialFromHere: run.dialFromHere,
    emit: run.emit,
    signal: UNINTERRUPTED,
    requireServers: false,
  }
}

/**
 * What the members say to each other changes: written everywhere, the backups' keepalived stopped, the holder reloaded,
 * the backups started. Killed between two of these it is taken up again by the next run, which sees what is loaded where.
 */
async function changeConversation(
  run: Run,
  view: View,
  tally: Tally,
  { members, joiners, holders }: Order,
): Promise<void> {
  const backups = members.filter((name) => !holders.includes(name))
  for (const name of [...backups, ...holders]) {
    throwIfInterrupted(run.signal)
    await convergeHost(run, view, tally, name, withoutKeepalived)
  }
  await onAll(backups, (name) =>
    doSteps(run, view, tally, name, [
      { resources: ['loaded[keepalived]'], action: { do: 'stop', unit: 'keepalived' } },
    ]),
  )
  // From here there is one member that serves: it is not left alone by an interruption.
  for (const name of [...holders, ...backups, ...joiners]) await convergeHost(run, view, tally, name)
}
