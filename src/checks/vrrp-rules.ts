/**
 * Prints the firewall rules that keep VRRP out, as `firewall: …` lines: those that drop or reject protocol 112, and input chains that
 * drop what no rule accepts. A rule that accepts is no reason for anything. iptables' rules show up in nft's tables again, in words
 * their author never wrote: there iptables' own words are taken.
 */
export const DROPPED_VRRP = `rules=$({ iptables-save; ip6tables-save; } 2>/dev/null | grep -E -- '-p (vrrp|112) .*-j (DROP|REJECT)')
[ -n "$rules" ] && printf '%s\\n' "$rules" | sed 's/^/firewall: iptables /' | head -n 4
nft list ruleset 2>/dev/null | awk -v known="\${rules:+yes}" '
  $1 == "table" { table = $2 " " $3; compat = $2 ~ /^ip6?$/ && $3 ~ /^(filter|raw|mangle|nat|security)$/ }
  $1 == "chain" { chain = $2 }
  /hook input/ && /policy drop/ { strict[table " " chain] = 1 }
  /(protocol|l4proto|nexthdr) ([{][^}]*[ ,])?(vrrp|112)([ ,}]|$)/ {
    if (/accept/) accepted = 1
    if (/drop|reject/ && !(compat && known)) { sub(/^[ \\t]+/, ""); print "firewall: nft " table " " chain ": " $0 }
  }
  END { if (!accepted) for (one in strict) print "firewall: nft " one ": policy drop" }' | head -n 4`

/** The rules that a probe found. */
export function droppedVrrp(output: string): readonly string[] {
  return [...output.matchAll(/^firewall: (.*)$/gm)].map(([, rule]) => rule ?? '')
}
