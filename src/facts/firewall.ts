import { IPTABLES_RULES } from '../platform/firewall/iptables-rules.ts'
import { firewallNames } from '../platform/firewall/types.ts'
import type { Facts } from './types.ts'

/**
 * Prints which firewall manager is active; nothing is loaded by asking. iptables is asked only where its tables are in the kernel already
 * (legacy) or nothing can be loaded (nft): a chain `INPUT` of `table ip filter` is iptables' own, seen through nft. Tables of addresses (nat) keep nothing out.
 */
export const FIREWALL = `active() { if [ -d /run/systemd/system ]; then [ "$(systemctl is-active "$1" 2>/dev/null)" = active ]; else [ -e "/run/openrc/started/$1" ]; fi; }
${IPTABLES_RULES}
all_rules() { rules iptables; rules ip6tables; }
if active firewalld; then echo firewalld
elif grep -qs '^ENABLED=yes' /etc/ufw/ufw.conf && all_rules | grep -q '^:ufw-user-input '; then echo ufw
elif nft list chains 2>/dev/null | awk '$1 == "table" { table = $2 " " $3 } $1 == "chain" { chain = $2 }
  / hook (ingress|prerouting|input|output) / && !(table ~ /^ip6? (filter|raw|mangle|nat|security)$/ && chain ~ /^[A-Z]+$/) { found = 1 } END { exit !found }'; then echo nftables
elif all_rules | awk '/^[*]/ { nat = $1 == "*nat" } !nat && /^(-A|:[A-Z]+ DROP)/ { found = 1 } END { exit !found }'; then echo iptables
else echo none; fi`

/** Reads the one word of it. */
export function parseFirewall(output: string): Facts['firewall'] {
  return firewallNames.find((name) => name === output.trim()) ?? 'none'
}
