import { firewalld } from './firewalld.ts'
import { iptables } from './iptables.ts'
import { nftables } from './nftables.ts'
import type { Firewall, FirewallName } from './types.ts'
import { ufw } from './ufw.ts'

/** Every firewall manager there is. */
const firewalls: Readonly<Record<FirewallName, Firewall>> = { firewalld, ufw, nftables, iptables }

/** The snippets of a manager. */
export function firewallNamed(name: FirewallName): Firewall {
  return firewalls[name]
}
