import { iptablesKept, iptablesNow } from './iptables-open.ts'
import { IPTABLES_RULES } from './iptables-rules.ts'
import { nftKept, nftNow } from './nft-open.ts'
import type { Gap, Opening } from './types.ts'

/**
 * The rules of nft and of iptables, which may both be at work: those that run, and those that come back after a restart. An nft file is
 * read by loading it in a network namespace of its own, which ends with the command.
 */
export const NETFILTER_PROBE = `${IPTABLES_RULES}
starts() { if [ -d /run/systemd/system ]; then systemctl -q is-enabled "$1"; else ls /etc/runlevels/*/"$1"; fi >/dev/null 2>&1; }
echo '== iptables 4'; rules iptables
echo '== iptables 6'; rules ip6tables
echo '== nft'; nft -j list ruleset
for file in /etc/nftables.conf /etc/sysconfig/nftables.conf /etc/nftables.nft; do
  if [ -f "$file" ] && starts nftables; then echo "== boot nft $file"; unshare -n sh -c 'nft -f "$1" && nft -j list ruleset' sh "$file"; break; fi
done
for family in 4 6; do
  case $family in 4) six='' ;; *) six=6 ;; esac
  for place in "/etc/iptables/rules.v$family netfilter-persistent" "/etc/sysconfig/ip\${six}tables ip\${six}tables" "/etc/iptables/rules\${six}-save ip\${six}tables"; do
    if [ -f "\${place% *}" ] && starts "\${place##* }"; then echo "== boot $family \${place% *}"; cat "\${place% *}"; break; fi
  done
done
true`

/** Opens a gap in the program whose chain it is: nft's chains are named with family and table. */
export function openNetfilter(opening: Opening, gap: Gap): string {
  if (gap.family === undefined) return gap.scope === 'runtime' ? nftNow(opening, gap) : nftKept(opening, gap)
  return gap.scope === 'runtime' ? iptablesNow(opening, gap) : iptablesKept(opening, gap)
}
