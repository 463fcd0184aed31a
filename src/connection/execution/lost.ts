import { ConnectionLostError, type UnreachableError } from '../../lib/errors.ts'
import type { Target } from '../types.ts'

/** The connection was lost, and no new one was opened: what was to run has not been started again. */
export class NotReopenedError extends ConnectionLostError {}

/** The connection ended while a command ran. Of one that changes something only this is known: it may have been done. */
export function lostError(
  target: Target,
  label: string,
  trouble: string | undefined,
  looks: boolean,
): ConnectionLostError {
  const why = trouble === undefined ? '' : `: ${trouble}`
  const fate = looks ? '' : '; it had been started, and whether it finished is not known'
  return new ConnectionLostError(`connection lost while “${label}” ran${why}${fate}`, {
    where: target.name,
    mend: mendFor(target),
  })
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
