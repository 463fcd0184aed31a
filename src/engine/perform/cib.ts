import { Text, text } from '../../lib/secret.ts'
import { quote, words } from '../../lib/shell.ts'
import type { Action } from '../../resources/action.ts'
import { MAINTENANCE, QUICK_ELECTION } from '../../resources/cib/own.ts'
import { judged } from './judge-cib.ts'
import { OUTDATED, RUNTIME } from './prelude.ts'

/** How often the patch is made anew when what pacemaker observes has changed meanwhile: a second apart. */
const ATTEMPTS = 10

/**
 * Brings the configuration to its new text by a patch, which pacemaker applies whole or not at all. A patch names the version of the CIB that
 * it is for, so it is refused when anything has changed since: where that is only what pacemaker observes, it is made anew; where the
 * configuration is not the one that was looked at, nothing is done, and the exit status says so. The new text is judged first. A replacement
 * of the whole would undo what others do in the same moment, and make the cluster elect anew.
 */
export function cibScript({ from, content }: Extract<Action, { do: 'cib' }>): Text {
  return Text.join([
    text`umask 077
folder=$(mktemp -d ${RUNTIME}/cib.XXXXXX) || exit 1
trap 'rm -rf "$folder"' EXIT
trap 'exit 1' HUP INT TERM
cd "$folder" || exit 1
`,
    judged(content),
    script(from),
  ])
}

function script(from: string): string {
  return `look() {
  cibadmin --query >now.xml 2>said || { echo 'the CIB cannot be read: cibadmin --query says:' >&2; tail -n 4 said >&2; return 1; }
  epoch=$(sed -n '1s/.* epoch="\\([0-9]*\\)".*/\\1/p' now.xml)
  admin=$(sed -n '1s/.* admin_epoch="\\([0-9]*\\)".*/\\1/p' now.xml)
  [ "$admin.$epoch" = ${quote(from)} ] || {
    echo "somebody else has changed the CIB meanwhile: it is version $admin.$epoch, and ${from} was looked at" >&2
    return ${OUTDATED}
  }
  head=$(sed -n "1s/ epoch=\\"[0-9]*\\"/ epoch=\\"$((epoch + 1))\\"/p" now.xml)
}
attempt=0
while [ "$attempt" -lt ${ATTEMPTS} ]; do
  look || exit
  judge "$head" || exit 1
  { printf '%s\\n%s' "$head" "$configuration"; sed -n '/^  <status/,$p' now.xml; } >next.xml
  crm_diff --original now.xml --new next.xml >patch.xml 2>said
  case $? in
    0) exit 0 ;;
    1) ;;
    *) echo 'crm_diff makes no patch of the CIB; it was not changed:' >&2; tail -n 4 said >&2; exit 1 ;;
  esac
  cibadmin --patch --xml-file patch.xml >said 2>&1
  status=$?
  case $status in
    0) exit 0 ;;
    103) ;;
    *) echo "cibadmin --patch says (exit status $status):" >&2; tail -n 4 said >&2; exit 1 ;;
  esac
  attempt=$((attempt + 1))
  sleep 1
done
echo 'the CIB did not stand still: what pacemaker observes changed ${ATTEMPTS} times while a patch was made; it was not changed; run again' >&2
exit 1
`
}

/** Of two values of one property the first counts. */
const INEFFECTIVE =
  "maintenance mode has no effect, and nothing was stopped: a maintenance-mode=false of somebody else's stands before it; 'crm_attribute --name maintenance-mode --delete' takes that away"

/** Sets our maintenance mode and waits until pacemaker acts by it, or takes it away. */
export function maintenanceScript(on: boolean): string {
  const nvpair = `<nvpair id="${MAINTENANCE}" name="maintenance-mode" value="true"/>`
  const set = `<cluster_property_set id="cib-bootstrap-options">${nvpair}</cluster_property_set>`
  if (!on) return words('cibadmin', '--delete', '--xml-text', nvpair)
  return `${words('cibadmin', '--modify', '--allow-create', '--scope', 'crm_config', '--xml-text', set)} || exit 1
second=0
until timeout 10 crm_mon -1 --output-as=xml | grep -q '<cluster_options [^>]*maintenance-mode="true"'; do
  second=$((second + 1)); [ "$second" -lt 20 ] || { echo ${quote(INEFFECTIVE)} >&2; exit 1; }
  sleep 1
done`
}

/** The oldest schema that all versions read; the daemon is not root. */
export function seedScript(folder: string): string {
  const { name, value } = QUICK_ELECTION
  const staged = quote(`${folder}/cib.xml.new`)
  return `cat >${staged} <<'CIB'
<cib crm_feature_set="3.0.14" validate-with="pacemaker-3.0" admin_epoch="0" epoch="0" num_updates="0">
  <configuration>
    <crm_config>
      <cluster_property_set id="cib-bootstrap-options">
        <nvpair id="cib-bootstrap-options-${name}" name="${name}" value="${value}"/>
      </cluster_property_set>
    </crm_config>
    <nodes/>
    <resources/>
    <constraints/>
  </configuration>
  <status/>
</cib>
CIB
chown hacluster:haclient ${staged} && chmod 0600 ${staged} && mv -f ${staged} ${quote(`${folder}/cib.xml`)}`
}
