import { VerificationError } from '../lib/errors.ts'
import { holdsAny } from './live.ts'
import type { View } from './look.ts'
import { throwIfInterrupted, type Run } from './run.ts'
import type { Tally } from './tally.ts'
import { convergeHost, putBack, type Choose } from './turn.ts'
import { takeSamples, verify, type Verification } from './verify.ts'

/** Milliseconds that a member's turn may take to serve again: an election is over within four adverts. */
const TURN_PATIENCE = 20_000

/** A turn is judged to its end even in a run that is interrupted: cut short, a member that only needs a moment more would be put back. */
const UNINTERRUPTED = new AbortController().signal

export interface Turns {
  readonly members: readonly string[]
  /** Started after all members, in this order. */
  readonly joiners: readonly string[]
  /** Canonical addresses: who holds one of them comes last of the members. */
  readonly vips: ReadonlySet<string>
  /** The part of a member's steps that is done in its turn; all of them unless given. */
  readonly choose?: Choose
  /** What is done makes nothing serve that did not before: what failed before is not waited for. */
  readonly prepares?: boolean
}

/** One member after the other; before each the holder is found anew, since a turn before may have moved the VIP. */
export async function inTurn(
  run: Run,
  view: View,
  tally: Tally,
  { members, joiners, vips, choose, prepares = false }: Turns,
): Promise<void> {
  const failing = await failingNow(run, view)
  const left = [...members]
  while (left.length > 0) {
    throwIfInterrupted(run.signal)
    const name = await nextOf(run, view, left, vips)
    left.splice(left.indexOf(name), 1)
    await turn(run, view, tally, name, { failing, choose, prepares })
  }
  for (const name of joiners) {
    throwIfInterrupted(run.signal)
    await turn(run, view, tally, name, { failing, choose, prepares })
  }
}

/** The first that holds no VIP now. */
async function nextOf(run: Run, view: View, left: readonly string[], vips: ReadonlySet<string>): Promise<string> {
  if (left.length === 1) return left[0] ?? ''
  const samples = await takeSamples({ built: view.built, connections: run.connections })
  return left.find((name) => !holdsAny(samples.get(name) ?? new Map(), vips)) ?? left[0] ?? ''
}

async function turn(
  run: Run,
  view: View,
  tally: Tally,
  name: string,
  { failing, choose, prepares }: { failing: Set<string>; choose: Choose | undefined; prepares: boolean },
): Promise<void> {
  const changed = await convergeHost(run, view, tally, name, choose)
  if (changed.steps.length === 0) return
  const reasons = await reasonsAfter(run, view, name, failing, prepares ? failing : undefined)
  if (reasons.length === 0) return
  const restored = await putBack(run, view, tally, name, changed)
  throw new VerificationError(`after its turn the service was not as it should be: ${reasons.join('; ')}`, {
    where: name,
    mend: `${restored}, and the members after it were left alone; mend the reason and run again`,
  })
}

/** The checks that fail before the first turn. */
export async function failingNow(run: Run, view: View): Promise<Set<string>> {
  return new Set(failed(await judge(run, view, undefined, 0)).map(({ check }) => check))
}

/**
 * Waits until a member serves after its turn, and says what is in the way of that. `failing`: checks that failed before the first turn. They
 * are not this member's fault; what it mends is taken off the list. `tolerated`: of these, what is not waited for.
 */
export async function reasonsAfter(
  run: Run,
  view: View,
  name: string,
  failing: Set<string>,
  tolerated?: ReadonlySet<string>,
): Promise<readonly string[]> {
  run.emit({ type: 'doing', host: name, what: 'verifying its turn' })
  const verification = await judge(run, view, name, failing.size === 0 ? TURN_PATIENCE : TURN_PATIENCE / 2, tolerated)
  const still = failed(verification)
  const reasons = still.filter(({ check }) => !failing.has(check)).map(({ message }) => message)
  for (const check of failing) if (!still.some((finding) => finding.check === check)) failing.delete(check)
  return reasons
}

function failed({ findings }: Verification): Verification['findings'] {
  return findings.filter(({ status }) => status === 'failed')
}

function judge(
  run: Run,
  view: View,
  only: string | undefined,
  deadline: number,
  tolerated?: ReadonlySet<string>,
): Promise<Verification> {
  const { connections, dialFromHere, emit } = run
  return verify({
    built: view.built,
    connections,
    dialFromHere,
    emit,
    signal: UNINTERRUPTED,
    requireServers: false,
    only,
    deadline,
    tolerated,
  })
}
