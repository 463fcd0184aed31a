import { Secret } from '../../lib/secret.ts'
import { unword } from './words.ts'

/** One word as haproxy reads it: bare, escaped or quoted pieces in a row. */
const WORD = String.raw`(?:'[^']*'|"(?:[^"\\]|\\.)*"|\\.|[^\s'"\\#])+`

/**
 * Where a haproxy.cfg holds secrets; the one group is the secret. Ours or hand-made: rather too much of a line than too little,
 * commented lines included.
 */
export const haproxySecrets: readonly RegExp[] = [
  /\bstats\s+auth\s+[^:\n]*:(.*\S)/g,
  new RegExp(String.raw`\b(?:insecure-)?password\s+(${WORD})`, 'g'),
  /\b(?:proxy-)?authorization["']?\s+(\S.*)/gi,
]

/** The password of the first `stats auth`, to be used again instead of a new one. */
export function readStatsPassword(config: string): Secret | undefined {
  const line = new RegExp(String.raw`^[ \t]*stats\s+auth\s+(${WORD})`, 'm').exec(config)
  const credentials = unword(line?.[1] ?? '')
  const colon = credentials.indexOf(':')
  return colon < 0 ? undefined : new Secret(credentials.slice(colon + 1))
}
