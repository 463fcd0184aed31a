import { IPTABLES_RULES } from './iptables-rules.ts'
import type { Firewall } from './types.ts'

/** ufw: what runs is in the kernel, what is kept in its files, and its command changes both. */
export const ufw: Firewall = {
  name: 'ufw',
  probe: () => `${IPTABLES_RULES}
echo '== iptables 4'; rules iptables
echo '== iptables 6'; rules ip6tables
echo '== file 4'; cat /etc/ufw/user.rules
echo '== file 6'; cat /etc/ufw/user6.rules
true`,
  open(opening, { chain }) {
    const out = chain === 'out' ? 'out ' : ''
    if (opening.protocol !== 'vrrp') return `ufw allow ${out}${String(opening.port)}/${opening.protocol} >/dev/null`
    // ufw before 0.36.2 knows no VRRP: then it is a line of before.rules, and of the chain that is made from it.
    const way = chain === 'out' ? 'output' : 'input'
    return `ufw allow ${out}proto vrrp from any >/dev/null 2>&1 || {
  rule='-A ufw-before-${way} -p 112 -m comment --comment ha-provision -j ACCEPT'; file=/etc/ufw/before.rules
  grep -qxF -- "$rule" "$file" || { rm -f "$file.ha-provision-new"; cp -p "$file" "$file.ha-provision-new" &&
    awk -v rule="$rule" '/^[*]/ { filter = $1 == "*filter" } filter && $1 == "COMMIT" { print rule } { print }' "$file" >"$file.ha-provision-new" &&
    sync && mv -f "$file.ha-provision-new" "$file"; } || exit 1
  iptables -C ufw-before-${way} -p 112 -m comment --comment ha-provision -j ACCEPT 2>/dev/null || iptables -w -A ufw-before-${way} -p 112 -m comment --comment ha-provision -j ACCEPT
}`
  },
}
