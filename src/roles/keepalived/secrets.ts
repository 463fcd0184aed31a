import { Secret } from '../../lib/secret.ts'
import { firstAuthPass } from './spoken.ts'

/** Where a keepalived.conf holds secrets, ours or hand-made, comments included; the one group is the secret. */
export const keepalivedSecrets: readonly RegExp[] = [
  /\bauth_pass\s+("[^"\n]*"?|[^\s}]+)/g,
  /\bauth_hmac\s+([^\n}]*[^\s}])/g,
]

/** The password that the members already use. */
export function readAuthPass(config: string): Secret | undefined {
  const password = firstAuthPass(config)
  return password === undefined ? undefined : new Secret(password)
}
