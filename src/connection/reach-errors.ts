import { UnreachableError } from '../lib/errors.ts'

/** Nobody answered, or not in time: a little later that may be otherwise. */
export class NotReachedError extends UnreachableError {}

/**
 * The host cut the connection before authentication had begun, as sshd does at its MaxStartups. Every transport throws it
 * for that, and for that only: the pool tries again, and nobody is locked out by it.
 */
export class BrokenOffError extends NotReachedError {}

/** The same failure in other words. Whether trying again may help stays as it is. */
export function retell(error: UnreachableError, what: string, where: string | undefined): UnreachableError {
  const details = { where, mend: error.mend, cause: error }
  return error instanceof NotReachedError ? new NotReachedError(what, details) : new UnreachableError(what, details)
}
