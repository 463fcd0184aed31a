import { quote } from '../../lib/shell.ts'
import { IPTABLES_RULES } from './iptables-rules.ts'
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

const COMMENT = 'ha-provision'

/** Opens a gap in the program whose chain it is: nft's chains are named with family and table. */
export function openNetfilter(opening: Opening, gap: Gap): string {
  if (gap.family === undefined) return gap.scope === 'runtime' ? nftNow(opening, gap) : nftKept(opening, gap)
  return gap.scope === 'runtime' ? iptablesNow(opening, gap) : iptablesKept(opening, gap)
}

function nftRule({ protocol, port }: Opening): string {
  const match = protocol === 'vrrp' ? 'meta l4proto 112' : `tcp dport ${String(port)}`
  return `${match} accept comment "${COMMENT}"`
}

function nftNow(opening: Opening, { chain, before }: Gap): string {
  const verb = before === undefined ? `add rule ${chain}` : `insert rule ${chain} handle ${before}`
  return `nft ${quote(`${verb} ${nftRule(opening)}`)}`
}

/**
 * A file of our own beside the operator's, which gets one line that includes it. `add table` and `add chain` find what is there, and make
 * an idle one where the operator's chain is gone: a rule for a missing chain would keep the whole file from loading. The pattern in the
 * include does the same for a missing file. At boot the handles are not known: before a rule that drops means at the head.
 */
function nftKept(opening: Opening, { chain, before, file }: Gap): string {
  const table = chain.split(' ').slice(0, 2).join(' ')
  const verb = before === undefined ? 'add' : 'insert'
  const lines = [`add table ${table}`, `add chain ${chain}`, `${verb} rule ${chain} ${nftRule(opening)}`]
  const main = quote(file ?? '')
  return `main=${main}; own=/etc/nftables.d/ha-provision.nft; mkdir -p /etc/nftables.d || exit 1
rm -f "$own.before" "$main.ha-provision-new"
if [ -f "$own" ]; then cp -p "$own" "$own.before"; else echo '# Managed by ha-provision: what it let through.' >"$own"; fi || exit 1
printf '%s\\n' ${lines.map(quote).join(' ')} >>"$own" || exit 1
if grep -qE '^[[:space:]]*include "/etc/nftables\\.d/(\\*|ha-provision\\*?)\\.nft"' "$main"; then cp -p "$main" "$main.ha-provision-new"
else cp -p "$main" "$main.ha-provision-new" && printf '\\n%s\\n' 'include "/etc/nftables.d/ha-provision*.nft"' >>"$main.ha-provision-new"; fi || exit 1
if nft -c -f "$main.ha-provision-new"; then rm -f "$own.before"; cmp -s "$main" "$main.ha-provision-new" && rm -f "$main.ha-provision-new" || mv -f "$main.ha-provision-new" "$main"
else rm -f "$main.ha-provision-new"; if [ -f "$own.before" ]; then mv -f "$own.before" "$own"; else rm -f "$own"; fi; exit 1; fi`
}

function iptablesRule({ protocol, port }: Opening): string {
  const match = protocol === 'vrrp' ? '-p 112' : `-p tcp --dport ${String(port)}`
  return `${match} -m comment --comment ${COMMENT} -j ACCEPT`
}

function iptablesNow(opening: Opening, { family, chain, before }: Gap): string {
  const tool = family === 6 ? 'ip6tables' : 'iptables'
  const verb = before === undefined ? `-A ${quote(chain)}` : `-I ${quote(chain)} ${before}`
  return `${tool} -w ${verb} ${iptablesRule(opening)}`
}

/** A line in the operator's file: before the one that drops, else at the end of the filter table. Judged before it is renamed. */
function iptablesKept(opening: Opening, { family, chain, before, file }: Gap): string {
  const tool = family === 6 ? 'ip6tables' : 'iptables'
  const rule = quote(`-A ${chain} ${iptablesRule(opening)}`)
  const where =
    before === undefined ? `/^[*]/ { filter = $1 == "*filter" } filter && $1 == "COMMIT"` : `NR == ${before}`
  return `file=${quote(file ?? '')}; new="$file.ha-provision-new"
rm -f "$new"; cp -p "$file" "$new" && awk -v rule=${rule} '${where} { print rule } { print }' "$file" >"$new" &&
${tool}-restore --test <"$new" && sync && mv -f "$new" "$file" || { rm -f "$new"; exit 1; }`
}
