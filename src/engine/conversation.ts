import { asHaError, type HaError, HostError, oneError } from '../lib/errors.ts'
import { holdsAny } from './live.ts'
import { onAll, type View } from './look.ts'
import type { Order } from './order.ts'
import type { Run } from './run.ts'
import type { Tally } from './tally.ts'
import { convergeHost, doSteps, stopKeepalived, type Choose } from './turn.ts'
import { inTurn } from './turns.ts'
import { takeSamples } from './verify.ts'
import type { Step } from './perform/step.ts'

const UNIT = 'keepalived'

const isSpoken = ({ action }: Step): boolean =>
  (action.do === 'load' && action.load.unit === UNIT) || (action.do === 'write' && action.file.unit === UNIT)
const rest: Choose = (steps) => steps.filter((step) => !isSpoken(step))
const files: Choose = (steps) => steps.filter((step) => isSpoken(step) && step.action.do === 'write')

/**
 * What the members say to each other changes: everything else first, in turns; then written everywhere, the backups' keepalived
 * stopped, the holder reloaded, the backups started. Killed between two of these it is taken up again by the next run, which sees
 * what is loaded where.
 */
export async function changeConversation(run: Run, view: View, tally: Tally, order: Order): Promise<void> {
  const { members, joiners, strangers, vips } = order
  for (const name of strangers) await stopKeepalived(run, view, tally, name)
  await inTurn(run, view, tally, { members, joiners: [], vips, choose: rest })
  await onAll(members, (name) => convergeHost(run, view, tally, name, files))
  // From here on there is one member that serves: it is not left alone by an interruption.
  const samples = await takeSamples({ built: view.built, connections: run.connections })
  const holders = members.filter((name) => holdsAny(samples.get(name) ?? new Map(), vips))
  const backups = members.filter((name) => !holders.includes(name))
  try {
    await onAll(backups, (name) => stopKeepalived(run, view, tally, name))
    await onAll(holders, (name) => convergeHost(run, view, tally, name))
  } catch (thrown) {
    throw await backToBefore(run, view, tally, backups, asHaError(thrown))
  }
  await startAll(run, view, tally, [...backups, ...joiners])
}

/** One that does not start does not keep the next from starting: what is missing at the end is told for all. */
async function startAll(run: Run, view: View, tally: Tally, names: readonly string[]): Promise<void> {
  const errors: HaError[] = []
  for (const name of names) {
    await convergeHost(run, view, tally, name).catch((thrown: unknown) => errors.push(asHaError(thrown, name)))
  }
  if (errors.length > 0) throw oneError(errors)
}

/** The holder goes on as before (its own script saw to that): the backups get their files of before and are started again. */
async function backToBefore(
  run: Run,
  view: View,
  tally: Tally,
  backups: readonly string[],
  reason: HaError,
): Promise<HaError> {
  const errors: HaError[] = []
  for (const name of backups) {
    await doSteps(run, view, tally, name, backSteps(view, name)).catch((thrown: unknown) =>
      errors.push(
        new HostError(`its keepalived could not be started again: ${asHaError(thrown).message}`, { where: name }),
      ),
    )
  }
  return oneError([reason, ...errors])
}

function backSteps({ built }: View, name: string): readonly Step[] {
  const resources = built.hosts.find((host) => host.name === name)?.plays.flatMap((play) => play.resources) ?? []
  return resources.flatMap(({ id, load }): readonly Step[] => {
    if (load?.unit !== UNIT) return []
    const paths = load.files.map(({ path }) => path)
    return [{ resources: [id], action: { do: 'put-back', load, paths, stop: false } }]
  })
}
