import { UnreachableError } from '../../lib/errors.ts'
import { printable } from '../../lib/printable.ts'
import { BrokenOffError, HungUpError, NoHandshakeError, NotReachedError } from '../reach-errors.ts'
import type { Endpoint } from '../types.ts'
import type { Authentication } from './authentication.ts'

/** What ended a login, for an operator. `greeting` is the first that the server said. */
export function explain(
  endpoint: Endpoint,
  authentication: Authentication,
  error: Error & { level?: string },
  greeting: string,
): UnreachableError {
  const { host, port, name, connectTimeoutSeconds } = endpoint
  const at = `${host} port ${port}`
  switch (error.level) {
    case 'client-authentication':
      return authentication.failure(error)
    case 'client-timeout': {
      const late = authentication.begun ? UnreachableError : NotReachedError
      return new late(`the SSH handshake with ${at} was not done within ${connectTimeoutSeconds} s`, {
        where: name,
        mend: 'is it an SSH server? A busy host may need more time: connection.connect_timeout',
        cause: error,
      })
    }
    case 'handshake':
      return new NoHandshakeError(`no SSH handshake is possible with ${at}: ${printable(error.message)}`, {
        where: name,
        mend: 'its sshd is too old or too strict for this client: see KexAlgorithms, Ciphers and HostKeyAlgorithms there; or set transport: openssh, which follows those of your ssh_config',
        cause: error,
      })
    case undefined:
    default:
      return authentication.begun ? authentication.failure(error) : brokenOff(endpoint, error, greeting)
  }
}

function brokenOff({ host, port, name }: Endpoint, cause: Error, greeting: string): UnreachableError {
  const [said = ''] = greeting.split(/\r?\n/)
  // What it said may have been cut off too.
  const own = 'SSH-'.startsWith(said.slice(0, 4))
  const what = `${host} port ${port} broke off the SSH handshake: ${printable(own ? cause.message : `it said “${said}”`)}`
  if (own || BUSY.startsWith(said)) {
    const mend = 'is it an SSH server? sshd at its MaxStartups, or fail2ban, also cuts connections like this'
    const kind = said.startsWith('SSH-') ? HungUpError : BrokenOffError
    return new kind(what, { where: name, mend, cause })
  }
  const mend =
    'is it an SSH server? One that penalises failed logins (PerSourcePenalties) lets you in again after a while'
  return new UnreachableError(what, { where: name, mend, cause })
}

/** What sshd says at its MaxStartups. */
const BUSY = 'Exceeded MaxStartups'
