import { type Text, text } from '../../lib/secret.ts'
import { quoted } from './write.ts'

/** What pacemaker observes of a member that is there. */
const WELL = 'in_ccm="true" crmd="online" join="member" expected="member"'

/**
 * Sh text: the new configuration in `configuration`, and `judge`, which is given the first line of the CIB. It judges as if all members were
 * there and well: crm_verify complains of lost ones and of failures too, and its status is the same.
 */
export function judged(content: Text): Text {
  return text`configuration=${quoted(content)}
judge() {
  said=$({
    printf '%s\\n%s<status>\\n' "$1" "$configuration"
    printf '%s' "$configuration" | sed -n 's/^ *<node \\([^>]*[^/>]\\)\\/\\{0,1\\}>$/<node_state \\1 ${WELL}\\/>/p'
    echo '</status></cib>'
  } | crm_verify --verbose --xml-pipe 2>&1) && return
  echo 'crm_verify refuses the new CIB; it was not changed:' >&2
  printf '%s\\n' "$said" | tail -n 8 >&2
  return 1
}
`
}

/** Has a new configuration judged and does no more: nothing is written. */
export function judgeScript(content: Text): Text {
  return text`${judged(content)}head=$(timeout 20 cibadmin --query | sed -n 1p)
[ -n "$head" ] || { echo 'the CIB cannot be read' >&2; exit 1; }
judge "$head"
`
}
