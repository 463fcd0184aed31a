import { asHaError, HostError } from '../lib/errors.ts'
import { connectionOf, type View } from './look.ts'
import { observe } from './observe.ts'
import { runs } from './live.ts'
import { loadsOf, pendingSteps } from './pending.ts'
import { perform, type Performed } from './perform/perform.ts'
import type { Step } from './perform/step.ts'
import type { Run } from './run.ts'
import type { Tally } from './tally.ts'

/** A look, then what it calls for; a second pass for what shows only after the first. More would be a resource that never settles. */
const PASSES = 3

/** What a turn did: its steps, and the units that did not run before it. */
export interface Changed {
  readonly steps: readonly Step[]
  readonly started: ReadonlySet<string>
}

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
): Promise<Changed> {
  const host = view.built.hosts.find((one) => one.name === name)
  if (host === undefined) throw new HostError('it is not part of what was built', { where: name })
  const connection = connectionOf(run, name)
  const done: Step[] = []
  const started = new Set<string>()
  for (let pass = 1; ; pass += 1) {
    run.emit({ type: 'doing', host: name, what: 'looking' })
    const observation = await observe(connection, host)
    tally.seen(observation)
    const steps = choose(pendingSteps(observation))
    if (steps.length === 0) return { steps: done, started }
    if (pass > PASSES) {
      throw new HostError(
        `it does not settle: after ${PASSES} passes these are still to be changed: ${steps.flatMap(({ resources }) => resources).join(', ')}`,
        {
          where: name,
          mend: 'something else changes them back: another tool, or an operator at work on this host',
        },
      )
    }
    settle(tally, name, await perform(connection, host.platform, steps, run.emit, run.fence))
    done.push(...steps)
    for (const unit of loadsOf(steps)) if (!runs(observation, unit)) started.add(unit)
  }
}

/** Stops a member's keepalived. */
export async function stopKeepalived(run: Run, view: View, tally: Tally, name: string): Promise<void> {
  await doSteps(run, view, tally, name, [
    { resources: ['loaded[keepalived]'], action: { do: 'stop', unit: 'keepalived' } },
  ])
}

/**
 * What a turn loaded did not serve: the files it wrote are put back and loaded again; a unit that did not run before is stopped.
 * keepalived first: it decides who holds the VIP. Never throws; says in words what became of it.
 */
export async function putBack(
  run: Run,
  view: View,
  tally: Tally,
  name: string,
  { steps, started }: Changed,
): Promise<string> {
  const told: string[] = []
  for (const { action, resources } of steps.toReversed()) {
    if (action.do !== 'load') continue
    const { unit } = action.load
    const written = steps.flatMap(({ action: one }) =>
      one.do === 'write' && one.file.unit === unit ? [one.file.path] : [],
    )
    const paths = [...new Set(written)]
    if (paths.length === 0 && !started.has(unit)) continue
    try {
      const stop = started.has(unit)
      await doSteps(run, view, tally, name, [{ resources, action: { do: 'put-back', load: action.load, paths, stop } }])
      told.push(stop ? `${unit} was stopped again` : `the files of ${unit} from before were put back`)
      run.emit({ type: 'put-back', host: name, what: told.at(-1) ?? '' })
    } catch (error) {
      told.push(`the files of ${unit} could not be put back (${asHaError(error).message})`)
    }
  }
  return told.join(', ') || 'nothing had to be put back'
}

/** Does given steps on a host without looking first. */
export async function doSteps(run: Run, view: View, tally: Tally, name: string, steps: readonly Step[]): Promise<void> {
  const host = view.built.hosts.find((one) => one.name === name)
  if (host === undefined || steps.length === 0) return
  settle(tally, name, await perform(connectionOf(run, name), host.platform, steps, run.emit, run.fence))
}

function settle(tally: Tally, name: string, performed: Performed): void {
  tally.did(name, performed)
  if (performed.error !== undefined) throw performed.error
}
