import { UnreachableError } from '../../lib/errors.ts'
import { printable } from '../../lib/printable.ts'
import type { Dialogue } from '../credentials/dialogue.ts'
import { notLetIn } from '../credentials/not-let-in.ts'
import { MENDS, SILENT } from '../dial.ts'
import { BrokenOffError, HungUpError, NoHandshakeError, NotReachedError } from '../reach-errors.ts'
import type { Endpoint } from '../types.ts'
import type { Transcript } from './transcript.ts'

/** What is known of a login that failed. */
export interface Failure {
  readonly endpoint: Endpoint
  readonly transcript: Transcript
  /** There was a way to it: a jump host's. */
  readonly reached: boolean
  /** We have ended it, because it took too long. */
  readonly overdue: boolean
  /** We have ended it, because there was no answer. */
  readonly gaveUp: boolean
  /** Ways to log in beside keys. */
  readonly tried: readonly string[]
  readonly dialogue: Pick<Dialogue, 'unanswered' | 'codeSent'>
  /** Identity files that cannot be used, and why. */
  readonly unusable: readonly string[]
  readonly mend: string | undefined
}

/** Words of ssh and of the C library, in the C locale. They choose the words of ours and the advice only. */
const CODES: readonly (readonly [RegExp, string])[] = [
  [/Connection refused/, 'ECONNREFUSED'],
  [/No route to host/, 'EHOSTUNREACH'],
  [/Network is unreachable/, 'ENETUNREACH'],
  [/Connection reset by peer/, 'ECONNRESET'],
  [/Temporary failure in name resolution/, 'EAI_AGAIN'],
  [/Name or service not known|No address associated|nodename nor servname/, 'ENOTFOUND'],
]

/** The host, or ssh itself, has ended the authentication. */
export const REFUSED = /^\S+: Permission denied|Too many authentication failures/m

/** The connection ended without a reason of ssh's own. */
const CUT = /closed by|reset by|kex_exchange|banner|Broken pipe|^ssh_dispatch_run_fatal: |the control master/im

/** A failed login in the words the ssh2 transport has for it. Host keys are judged before. */
export function loginError(failure: Failure): UnreachableError {
  const { endpoint, transcript, overdue } = failure
  const { host, port, name, connectTimeoutSeconds } = endpoint
  const at = `${host} port ${port}`
  const words = transcript.said.join('\n')
  const because = (mend: string | undefined) => ({ where: name, mend, cause: words })
  const unasked = /^ssh_askpass: exec.*$/m.exec(words)?.[0]
  if (unasked !== undefined) {
    const mend = 'set TMPDIR to a folder on a file system where programs may run: not one mounted noexec'
    return new UnreachableError(`ssh cannot run the program that answers its questions: ${unasked}`, because(mend))
  }
  if (failure.gaveUp || REFUSED.test(words)) return denied(failure)
  const notFound = /^ssh: Could not resolve hostname .*?: (.*)$/m.exec(words)?.[1]
  const notReached = notFound ?? /^ssh: connect to (?:host|address) .* port \d+: (.*)$/m.exec(words)?.[1]
  if (notReached !== undefined && !/timed out/.test(notReached)) {
    const code = CODES.find(([pattern]) => pattern.test(notReached))?.[1] ?? ''
    return new NotReachedError(`${at} cannot be reached: ${notReached}`, because(MENDS[code]))
  }
  if (notReached !== undefined || (overdue && !transcript.connected && !failure.reached)) {
    const what = `${at} cannot be reached: no answer within ${connectTimeoutSeconds} s`
    return new NotReachedError(what, because(SILENT))
  }
  if (overdue || /timed out/.test(words)) {
    const mend = 'is it an SSH server? A busy host may need more time: connection.connect_timeout'
    const late = begun(failure) ? UnreachableError : NotReachedError
    return new late(`the SSH handshake with ${at} was not done within ${connectTimeoutSeconds} s`, because(mend))
  }
  const noAgreement = /^Unable to negotiate .*?: (.*)$/m.exec(words)?.[1]
  if (noAgreement !== undefined) {
    const mend =
      'its sshd is too old or too strict for this client: see KexAlgorithms, Ciphers and HostKeyAlgorithms there'
    return new NoHandshakeError(`no SSH handshake is possible with ${at}: ${noAgreement}`, because(mend))
  }
  if (transcript.letIn) {
    const what = `${at} let us in and then ended the connection: ${last(failure)}`
    return new BrokenOffError(what, because('see the log of its sshd'))
  }
  if (begun(failure)) return denied(failure)
  if (CUT.test(words)) return brokenOff(failure)
  const lastFew = transcript.said.slice(-3).join('; ')
  const mend = `see what ssh says by hand: ssh -v -p ${port} ${host}`
  return new UnreachableError(`ssh does not connect to ${at}: ${lastFew}`, because(mend))
}

const begun = ({ transcript, tried }: Failure): boolean => transcript.offered.length > 0 || tried.length > 0

const last = ({ transcript }: Failure): string => transcript.said.at(-1) ?? 'it said nothing'

function brokenOff(failure: Failure): UnreachableError {
  const { endpoint, transcript } = failure
  const { host, port, name } = endpoint
  const what = `${host} port ${port} broke off the SSH handshake`
  const said = transcript.otherGreeting
  // What it says at its MaxStartups, perhaps cut off.
  if (said === undefined || 'Exceeded MaxStartups'.startsWith(said)) {
    const mend = 'is it an SSH server? sshd at its MaxStartups, or fail2ban, also cuts connections like this'
    const kind = transcript.greeted ? HungUpError : BrokenOffError
    return new kind(`${what}: ${last(failure)}`, { where: name, mend, cause: transcript.said.join('\n') })
  }
  const mend =
    'is it an SSH server? One that penalises failed logins (PerSourcePenalties) lets you in again after a while'
  return new UnreachableError(`${what}: it said “${printable(said)}”`, { where: name, mend })
}

function denied({ endpoint, transcript, gaveUp, tried, ...seen }: Failure): UnreachableError {
  const ended = transcript.said.at(-1)
  return notLetIn({
    ...{ endpoint, ...seen },
    said: ended === undefined || gaveUp || /Permission denied/.test(ended) ? undefined : ended,
    tried: [...new Set([...transcript.offered, ...tried])],
    accepted: transcript.accepted,
    cause: transcript.said.join('\n'),
  })
}
