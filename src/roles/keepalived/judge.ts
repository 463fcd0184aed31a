import type { ProgramVersion } from '../../facts/types.ts'
import { atLeast } from '../../lib/version.ts'
import type { Judge } from '../../resources/action.ts'
import { supports } from './features.ts'

/**
 * The judge of a keepalived.conf: undefined before `-t`, where asking would start a daemon or print the usage. Its exit status
 * alone cannot be believed, so a good file makes it say nothing. Tried with a good file and with an unknown keyword:
 * 2.0.19 ends with 0 and 4, 2.1.5 with 0 and 0, 2.2.4 with 0 and 5, 2.2.7 with 143 and 143 whenever scripts run as a user
 * (acassen/keepalived#2587) and else with 0, 2.2.8, 2.3.3 and 2.3.4 with 0 and 5. All of them name what they do not know.
 */
export function judgeOf({ version }: ProgramVersion): Judge | undefined {
  if (!supports(version, 'config-test')) return undefined
  const killsItself = atLeast(version, [2, 2, 5]) && !atLeast(version, [2, 2, 8])
  return { words: ['keepalived', '-t', '-f', '%s'], good: killsItself ? [0, 143] : [0], silent: true }
}
