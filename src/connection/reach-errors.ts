import { UnreachableError } from '../lib/errors.ts'

/** Nobody answered, or not in time: a little later that may be otherwise. */
export class NotReachedError extends UnreachableError {}

/**
 * The host cut the connection before authentication had begun, as sshd does at its MaxStartups, or as soon as it had let
 * us in. Every transport throws it for that, and for that only: the pool tries again, and nobody is locked out by it.
 */
export class BrokenOffError extends NotReachedError {}

/** The server introduced itself and then hung up. dropbear does that where there is no algorithm in common. */
export class HungUpError extends BrokenOffError {}

/** The server and the client have no algorithm in common, says the client. */
export class NoHandshakeError extends UnreachableError {}

/** The same failure in other words. Whether trying again may help stays as it is. */
export function retell(error: UnreachableError, what: string, where: string | undefined): UnreachableError {
  const details = { where, mend: error.mend, cause: error }
  return error instanceof NotReachedError ? new NotReachedError(what, details) : new UnreachableError(what, details)
}
