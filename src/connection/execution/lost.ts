import { ConnectionLostError, type UnreachableError } from '../../lib/errors.ts'
import type { Target } from '../types.ts'

/** The connection was lost, and no new one was opened: what was to run has not been started again. */
export class NotReopenedError extends ConnectionLostError {}

/** What is known of a command whose connection ended: it only looks; it ran; it was being started. */
export type Fate = 'looked' | 'ran' | 'starting'

const FATES: Readonly<Record<Fate, string>> = {
  looked: '',
  ran: '; it had been started, and whether it finished is not known',
  starting: '; it may have been started, and whether it finished is not known',
}

/** The connection ended while a command ran. */
export function lostError(target: Target, label: string, trouble: string | undefined, fate: Fate): ConnectionLostError {
  const why = trouble === undefined ? '' : `: ${trouble}`
  const what = `connection lost while “${label}” ran${why}${FATES[fate]}`
  return new ConnectionLostError(what, { where: target.name, mend: mendFor(target) })
}

/** It is `again` where the connection was lost while the command ran, which would have been run once more. */
export function notReopenedError(
  target: Target,
  label: string,
  again: boolean,
  cause: UnreachableError,
): NotReopenedError {
  const when = again ? `while “${label}” ran` : `before “${label}” was started`
  const what = `connection lost ${when}, and not opened again: ${cause.message}`
  return new NotReopenedError(what, { where: target.name, mend: mendFor(target), cause })
}

function mendFor({ jumps }: Target): string {
  const hops = jumps.map(({ name }) => name)
  const jump = hops.length === 0 ? '' : `, and its jump host ${hops.join(', ')},`
  return `see whether the host${jump} still runs; it is safe to start again: what is done already stays done`
}
