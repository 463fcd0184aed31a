import { printable } from '../lib/printable.ts'
import { ForwardError } from './forward-error.ts'

/** The host's sshd does not forward at all: SSH_OPEN_ADMINISTRATIVELY_PROHIBITED of RFC 4254. */
const PROHIBITED = 1

/** What a host said for not opening a connection: a number of RFC 4254, section 5.1, and words. */
export interface Refusal {
  readonly reason: number | undefined
  readonly description: string
}

/** The host `where` refused to open a connection to `address`, told the same whichever program speaks SSH. */
export function forwardRefusal(
  { reason, description }: Refusal,
  where: string,
  address: string,
  port: number,
  cause?: unknown,
): ForwardError {
  if (reason === PROHIBITED) {
    const mend =
      `allow it on ${where}: AllowTcpForwarding yes (or local) and no PermitOpen that leaves it out, in sshd_config and ` +
      'authorized_keys; dropbear without -j'
    return new ForwardError('prohibited', 'its sshd does not forward connections', { where, mend, cause })
  }
  const why = printable(description)
  // The words are those of getaddrinfo on the host; they choose advice only.
  const mend = /name|resolv|unknown host/i.test(why)
    ? `${where} resolves names by its own DNS and /etc/hosts: give an address, or a name that is known there`
    : undefined
  return new ForwardError('failed', `cannot reach ${address}:${port} from there: ${why}`, { where, mend, cause })
}

/** Nothing came back in time: `alive` when the host itself still answers. */
export function forwardSilence(
  alive: boolean,
  where: string,
  address: string,
  port: number,
  seconds: number,
): ForwardError {
  const silent = alive ? `${address}:${port} did not answer` : `${where} itself no longer answers: nothing came`
  return new ForwardError('failed', `${silent} within ${seconds} s`, { where })
}
