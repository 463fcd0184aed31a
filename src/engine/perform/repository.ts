import { quote } from '../../lib/shell.ts'
import { relabel } from '../../platform/relabel.ts'
import type { Action } from '../../resources/action.ts'

/** What makes this file makes it again, and keeps what it was told by its own command. */
const SUBSCRIPTIONS = '/etc/yum.repos.d/redhat.repo'

/** Enables one section of a package manager's file; every other line stays as it is. */
export function repositoryScript({ path, id }: Extract<Action, { do: 'repository' }>): string {
  if (path === SUBSCRIPTIONS) return `subscription-manager repos --enable=${quote(id)} >&2`
  return `file=${quote(path)}; new="$file.ha-provision-new"
rm -f "$new"; cp -p "$file" "$new" || exit 1
awk -v id=${quote(`[${id}]`)} '
  function finish() { if (inside && !put) { print "enabled=1"; put = 1 } }
  /^\\[/ { finish(); line = $0; sub(/[ \\t\\r]+$/, "", line); inside = line == id }
  inside && /^enabled[ \\t]*=/ { if (!put) print "enabled=1"; put = 1; next }
  { print }
  END { finish(); exit !put }' "$file" >"$new" && sync && mv -f "$new" "$file" || { rm -f "$new"; exit 1; }
${relabel('"$file"')}`
}
