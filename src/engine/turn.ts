import { HostError } from '../lib/errors.ts'
import { connectionOf, type View } from './look.ts'
import { observe } from './observe.ts'
import { pendingSteps } from './pending.ts'
import { perform, type Performed, type Step } from './perform/perform.ts'
import type { Run } from './run.ts'
import type { Tally } from './tally.ts'

/** A look, then what it calls for; a second pass for what shows only after the first. More would be a resource that never settles. */
const PASSES = 3

export type Choose = (steps: readonly Step[]) => readonly Step[]

/**
 * Brings one host to its state: observe, act, observe again until nothing is left. Returns the steps that were done.
 * Throws HostError for what failed (its script has put files back) and for a host that does not settle.
 */
export async function convergeHost(
  run: Run,
  view: View,
  tally: Tally,
  name: string,
  choose: Choose = (steps) => steps,
): Promise<readonly Step[]> {
  const host = view.built.hosts.find((one) => one.name === name)
  if (host === undefined) throw new HostError('it is not part of what was built', { where: name })
  const connection = connectionOf(run, name)
  const done: Step[] = []
  for (let pass = 1; ; pass += 1) {
    run.emit({ type: 'doing', host: name, what: 'looking' })
    const observation = await observe(connection, host)
    tally.seen(observation)
    const steps = choose(pendingSteps(observation))
    if (steps.length === 0) return done
    if (pass > PASSES) {
      throw new HostError(
        `it does not settle: after ${PASSES} passes these are still to be changed: ${steps.flatMap(({ resources }) => resources).join(', ')}`,
        {
          where: name,
          mend: 'something else changes them back: another tool, or an operator at work on this host',
        },
      )
    }
    settle(run, tally, name, await perform(connection, host.platform, steps, run.emit, run.fence))
    done.push(...steps)
  }
}

/** Does given steps on a host without looking first. */
export async function doSteps(run: Run, view: View, tally: Tally, name: string, steps: readonly Step[]): Promise<void> {
  const host = view.built.hosts.find((one) => one.name === name)
  if (host === undefined || steps.length === 0) return
  settle(run, tally, name, await perform(connectionOf(run, name), host.platform, steps, run.emit, run.fence))
}

function settle(_run: Run, tally: Tally, name: string, performed: Performed): void {
  tally.did(name, performed)
  if (performed.error !== undefined) throw performed.error
}
