import type { FirewallName, Opening } from '../../platform/firewall/types.ts'
import { judgeFirewalld } from './firewalld.ts'
import { judgeNetfilter } from './netfilter.ts'
import { judgeUfw } from './ufw.ts'
import type { ObservedOpening } from './verdict.ts'

/** How the rules of each manager are read. */
const judges: Readonly<Record<FirewallName, (output: string, opening: Opening) => ObservedOpening>> = {
  firewalld: judgeFirewalld,
  ufw: judgeUfw,
  nftables: judgeNetfilter,
  iptables: judgeNetfilter,
}

/** Judges an opening by what the probe of a manager printed. Pure. */
export function judgeOpening(manager: FirewallName, output: string, opening: Opening): ObservedOpening {
  return judges[manager](output, opening)
}
