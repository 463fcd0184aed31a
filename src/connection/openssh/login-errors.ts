import { UnreachableError } from '../../lib/errors.ts'
import { printable } from '../../lib/printable.ts'
import { MENDS, SILENT } from '../dial.ts'
import { MEND } from '../ssh2/authentication.ts'
import type { Endpoint } from '../types.ts'
import type { Refusal } from './askpass.ts'
import type { Transcript } from './transcript.ts'

/** What is known of a login that failed. */
export interface Failure {
  readonly endpoint: Endpoint
  readonly transcript: Transcript
  /** There was a way to it: a jump host's. */
  readonly reached: boolean
  /** We have ended it, because it took too long. */
  readonly overdue: boolean
  readonly passwordGiven: boolean
  readonly refusal: Refusal | undefined
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

/** A failed login in the words the ssh2 transport has for it. Host keys are judged before. */
export function loginError(failure: Failure): UnreachableError {
  const { endpoint, transcript, overdue } = failure
  const { host, port, name, connectTimeoutSeconds } = endpoint
  const at = `${host} port ${port}`
  const words = transcript.said.join('\n')
  const fail = (what: string, mend: string | undefined): UnreachableError =>
    new UnreachableError(what, { where: name, mend, cause: words })
  const unasked = /^ssh_askpass: exec.*$/m.exec(words)?.[0]
  if (unasked !== undefined) {
    const mend = 'set TMPDIR to a folder on a file system where programs may run: not one mounted noexec'
    return fail(`ssh cannot run the program that answers its questions: ${unasked}`, mend)
  }
  if (failure.refusal !== undefined || /Permission denied|Too many authentication failures/.test(words))
    return denied(failure)
  const notFound = /^ssh: Could not resolve hostname .*?: (.*)$/m.exec(words)?.[1]
  const notReached = notFound ?? /^ssh: connect to (?:host|address) .* port \d+: (.*)$/m.exec(words)?.[1]
  if (notReached !== undefined && !/timed out/.test(notReached)) {
    const code = CODES.find(([pattern]) => pattern.test(notReached))?.[1] ?? ''
    return fail(`${at} cannot be reached: ${notReached}`, MENDS[code])
  }
  if (notReached !== undefined || (overdue && !transcript.connected && !failure.reached))
    return fail(`${at} cannot be reached: no answer within ${connectTimeoutSeconds} s`, SILENT)
  if (overdue || /timed out/.test(words)) {
    const mend = 'is it an SSH server? A busy host may need more time: connection.connect_timeout'
    return fail(`the SSH handshake with ${at} was not done within ${connectTimeoutSeconds} s`, mend)
  }
  const noAgreement = /^Unable to negotiate .*?: (.*)$/m.exec(words)?.[1]
  if (noAgreement !== undefined) {
    const mend =
      'its sshd is too old or too strict for this client: see KexAlgorithms, Ciphers and HostKeyAlgorithms there'
    return fail(`no SSH handshake is possible with ${at}: ${noAgreement}`, mend)
  }
  const last = transcript.said.at(-1) ?? 'it said nothing'
  if (transcript.offered.length > 0) return denied(failure)
  if (/closed by|reset by|kex_exchange|banner|protocol/i.test(words)) {
    const mend = 'is it an SSH server? sshd at its MaxStartups, or fail2ban, also cuts connections like this'
    return fail(`${at} broke off the SSH handshake: ${last}`, mend)
  }
  const lastFew = transcript.said.slice(-3).join('; ')
  return fail(`ssh does not connect to ${at}: ${lastFew}`, `see what ssh says by hand: ssh -v -p ${port} ${host}`)
}

function denied({ endpoint, transcript, passwordGiven, refusal, unusable, mend }: Failure): UnreachableError {
  const { user, name } = endpoint
  const attempts = [...new Set([...transcript.offered, ...(passwordGiven ? ['password'] : [])])]
  const tried = attempts.length === 0 ? 'nothing could be tried' : `tried: ${attempts.join(', ')}`
  const accepts = transcript.accepted === undefined ? '' : `; the host accepts: ${transcript.accepted}`
  const problems = unusable.map((item) => `; ${printable(item)}`).join('')
  const last = transcript.said.at(-1)
  const said = last === undefined || refusal !== undefined || /Permission denied/.test(last) ? '' : `: ${last}`
  const asked = refusal?.kind === 'more asked' ? `; beside the password it asks: ${printable(refusal.question)}` : ''
  const what = `the host does not let ${user} in${said} (${tried}${accepts}${problems}${asked})`
  return new UnreachableError(what, { where: name, mend: mend ?? MEND, cause: transcript.said.join('\n') })
}
