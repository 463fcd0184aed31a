import { quote } from '../../lib/shell.ts'
import { relabel } from '../relabel.ts'
import { nftRule } from './nft-rule.ts'
import type { Gap, Opening } from './types.ts'

/** Opens a gap in the rules that run. A handle stays a rule's own, whatever is put before it. */
export function nftNow(opening: Opening, { chain, before }: Gap): string {
  const verb = before === undefined ? `add rule ${chain}` : `insert rule ${chain} handle ${before}`
  return `nft ${quote(`${verb} ${nftRule(opening)}`)}`
}

/** Exits 0 where our file is included, and nothing after that empties or deletes what was loaded. */
const INCLUDED = `awk '
  /^[ \\t]*(flush|delete|destroy)[ \\t]/ { found = 0 }
  /^[ \\t]*include[ \\t]+"\\/etc\\/nftables\\.d\\/([*]|ha-provision[*]?)\\.nft"/ { found = 1 }
  END { exit !found }'`

/**
 * A file of our own beside the operator's, which gets one line that includes it, after whatever empties the rules. `add table` and
 * `add chain` find what is there, and make an idle one where the operator's chain is gone: a rule for a missing chain would keep the whole
 * file from loading. The pattern in the include does the same for a missing file. At boot the handles are not known: before a rule that
 * drops means at the head, which is asked for only where nothing else drops before it.
 */
export function nftKept(opening: Opening, { chain, before, file }: Gap): string {
  const table = chain.split(' ').slice(0, 2).join(' ')
  const rule = `${before === undefined ? 'add' : 'insert'} rule ${chain} ${nftRule(opening)}`
  const lines = [`add table ${table}`, `add chain ${chain}`, rule]
  const idle = `${file ?? ''} includes /etc/nftables.d/ha-provision.nft, which has the rule for ${opening.name}, and does not let it through: something after the include undoes it`
  return `main=${quote(file ?? '')}; own=/etc/nftables.d/ha-provision.nft; mkdir -p /etc/nftables.d || exit 1
rm -f "$own.before" "$main.ha-provision-new"; included=; ${INCLUDED} "$main" && included=1
if [ -f "$own" ]; then cp -p "$own" "$own.before"; else echo '# Managed by ha-provision: what it let through.' >"$own"; fi || exit 1
if grep -qxF -e ${quote(rule)} "$own"; then
  [ -z "$included" ] || { rm -f "$own.before"; echo ${quote(idle)} >&2; exit 1; }
else printf '%s\\n' ${lines.map(quote).join(' ')} >>"$own" || exit 1; fi
cp -p "$main" "$main.ha-provision-new" || exit 1
[ -n "$included" ] || printf '\\n%s\\n' 'include "/etc/nftables.d/ha-provision*.nft"' >>"$main.ha-provision-new" || exit 1
if nft -c -f "$main.ha-provision-new"; then rm -f "$own.before"; cmp -s "$main" "$main.ha-provision-new" && rm -f "$main.ha-provision-new" || mv -f "$main.ha-provision-new" "$main" || exit 1
else rm -f "$main.ha-provision-new"; if [ -f "$own.before" ]; then mv -f "$own.before" "$own"; else rm -f "$own"; fi; exit 1; fi
${relabel('"$main"', '"$own"')}`
}
