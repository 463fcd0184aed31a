import type { FirewallName, Opening } from '../../platform/firewall/types.ts'
import { judgeFirewalld } from './firewalld.ts'
import type { JudgeOpening, ObservedOpening } from './verdict.ts'

/** How the rules of each manager are read. */
const judges: Readonly<Partial<Record<FirewallName, JudgeOpening>>> = { firewalld: judgeFirewalld }

/** Judges an opening by what the probe of a manager printed. Pure. */
export function judgeOpening(manager: FirewallName, output: string, opening: Opening): ObservedOpening {
  const judge = judges[manager]
  if (judge === undefined) throw new Error(`no judge for ${manager}`)
  return judge(output, opening)
}
