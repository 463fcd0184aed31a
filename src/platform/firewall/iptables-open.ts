import { quote } from '../../lib/shell.ts'
import { relabel } from '../relabel.ts'
import { COMMENT } from './nft-rule.ts'
import type { Gap, Opening } from './types.ts'

function ruleFor({ protocol, port }: Opening): string {
  const match = protocol === 'vrrp' ? '-p 112' : `-p ${protocol} --dport ${String(port)}`
  return `${match} -m comment --comment ${COMMENT} -j ACCEPT`
}

/**
 * Opens a gap in the rules that run. Its place is looked up by the text of the rule that it belongs before: a number from an earlier look
 * is wrong as soon as another opening was put into the chain.
 */
export function iptablesNow(opening: Opening, { family, chain, before }: Gap): string {
  const tool = family === 6 ? 'ip6tables' : 'iptables'
  if (before === undefined) return `${tool} -w -A ${quote(chain)} ${ruleFor(opening)}`
  return `at=$(${tool} -w -S ${quote(chain)} | grep '^-A' | grep -nxF -e ${quote(before)} | head -n 1 | cut -d : -f 1)
[ -n "$at" ] || { echo ${quote(gone(before, `the running rules of ${tool}`, opening))} >&2; exit 1; }
${tool} -w -I ${quote(chain)} "$at" ${ruleFor(opening)}`
}

/** A line in the operator's file: before the one that drops, else at the end of the filter table. Judged before it is renamed. */
export function iptablesKept(opening: Opening, { family, chain, before, file }: Gap): string {
  const tool = family === 6 ? 'ip6tables' : 'iptables'
  const rule = quote(`-A ${chain} ${ruleFor(opening)}`)
  const missing = gone(before ?? 'COMMIT', file ?? '', opening)
  // By the environment: what awk gets with -v loses its backslashes.
  return `file=${quote(file ?? '')}; new="$file.ha-provision-new"
rm -f "$new"; cp -p "$file" "$new" || exit 1
rule=${rule} before=${quote(before ?? 'COMMIT')} awk '
  /^[*]/ { filter = $1 == "*filter" }
  filter && !put && $0 == ENVIRON["before"] { print ENVIRON["rule"]; put = 1 }
  { print }
  END { exit !put }' "$file" >"$new" || { rm -f "$new"; echo ${quote(missing)} >&2; exit 1; }
${tool}-restore --test <"$new" && sync && mv -f "$new" "$file" || { rm -f "$new"; exit 1; }
${relabel('"$file"')}`
}

function gone(before: string, where: string, { name }: Opening): string {
  return `'${before}' does not stand in ${where} any more, so there is no place for ${name}: nothing was put there`
}
