import { UnreachableError } from '../../lib/errors.ts'
import { printable } from '../../lib/printable.ts'
import { fieldsOf } from '../fields.ts'
import type { Endpoint } from '../types.ts'
import type { Dialogue } from './dialogue.ts'

/** What is known of a login that the host refused. */
export interface Refused {
  readonly endpoint: Endpoint
  /** What was said beyond that, if anything. */
  readonly said: string | undefined
  readonly tried: readonly string[]
  /** The methods the host takes, where it has told. */
  readonly accepted: readonly string[] | undefined
  /** Keys that could not be tried, and why. */
  readonly unusable: readonly string[]
  readonly mend: string | undefined
  readonly dialogue: Pick<Dialogue, 'unanswered' | 'codeSent'>
  readonly cause: unknown
}

/** The same words for it whichever program spoke SSH. */
export function notLetIn({ endpoint, said, dialogue, cause, ...seen }: Refused): UnreachableError {
  const { user, name } = endpoint
  const tried = seen.tried.length === 0 ? 'nothing could be tried' : `tried: ${seen.tried.join(', ')}`
  const accepts = seen.accepted === undefined ? '' : `; the host accepts: ${seen.accepted.join(', ')}`
  const { unanswered, codeSent } = dialogue
  const code = codeSent ? ['a one-time code was refused: each is good once, and for half a minute'] : []
  const why = [...seen.unusable, ...unanswered.map(({ what }) => what), ...code].map((item) => `; ${item}`).join('')
  const words = said === undefined ? '' : `: ${printable(said)}`
  const what = `the host does not let ${user} in${words} (${tried}${accepts}${printable(why)})`
  const mend = unanswered.at(-1)?.mend ?? seen.mend ?? mendOf(endpoint, seen.accepted)
  return new UnreachableError(what, { where: name, mend, cause })
}

/** What helps where nothing better is known. */
function mendOf(endpoint: Endpoint, accepted: readonly string[] | undefined): string {
  const { user, identityFiles, password, hasFlag } = fieldsOf(endpoint)
  const takes = accepted === undefined || accepted.includes('password') || accepted.includes('keyboard-interactive')
  const asked = takes ? `, a password by ${password}${hasFlag ? ' or --ask-password' : ''}` : ''
  return `is ${user} right, and is the public key in its ~/.ssh/authorized_keys? A key is named by ${identityFiles}${asked}`
}
