import { HostError } from '../lib/errors.ts'
import type { ErrorDetails } from '../lib/errors.ts'

/**
 * A TCP connection that should begin on a host was not made. `prohibited`: the host's sshd does not forward, so
 * nothing is known about the far end; `failed`: it tried, and the far end did not answer.
 */
export class ForwardError extends HostError {
  readonly reason: 'prohibited' | 'failed'

  constructor(reason: 'prohibited' | 'failed', what: string, details: ErrorDetails = {}) {
    super(what, details)
    this.reason = reason
  }
}
