import { quote } from '../../lib/shell.ts'
import type { Platform } from '../../platform/types.ts'
import type { Action, WantedLoad } from '../../resources/action.ts'
import { pendingPath, stampPath } from '../../resources/loaded.ts'

/** How long a unit may take to come up, in tenths of a second. */
const PATIENCE = 100

/** Of a unit's log these lines say why it failed, where there are any: for people only, nothing is decided by them. */
const TELLING = 'alert|error|fail|cannot|unable|unknown|invalid|denied|refused|exited'

/**
 * Shell functions around one unit. What starts here must not inherit the lock of actions (descriptor 8, see prelude.ts), as a daemon of an init
 * script would. They are: `is_active`, `pid_of`, `children` of a process, `bring_up` (reload where it runs, else start),
 * `why` (what its log says of a failure) and `write_stamp`, which tells what stood in the files before they were read: an edit made
 * meanwhile is not taken for loaded. A reload that did not take leaves haproxy's old worker in place, so a new child, or where there is no
 * master a new main process, is the proof of a good one.
 */
function functions(load: WantedLoad, platform: Platform): string {
  const { init } = platform
  const stamp = quote(stampPath(load.unit))
  const files = load.files.map(({ path }) => quote(path)).join(' ')
  const gaveUp = quote(`${load.unit} did not take its new configuration: the old one goes on`)
  const renewed =
    load.provedBy === 'new-main'
      ? `  tenth=0
  while [ "$was" = yes ]; do
    case $(pid_of) in "$former" | 0 | '') ;; *) break ;; esac
    tenth=$((tenth + 1)); [ "$tenth" -lt ${PATIENCE} ] || { echo ${gaveUp} >&2; return 1; }
    sleep 0.1
  done
`
      : ''
  const proof =
    load.provedBy === 'new-child'
      ? `  tenth=0
  while [ "$was" = yes ]; do
    for child in $(children "$main"); do
      case " $old " in *" $child "*) ;; *) sleep 0.2; [ -d "/proc/$child" ] && break 2 ;; esac
    done
    tenth=$((tenth + 1)); [ "$tenth" -lt ${PATIENCE} ] || { echo ${gaveUp} >&2; return 1; }
    sleep 0.1
  done
`
      : ''
  return `state() { ${init.state(load.unit)}; }
is_active() { state | grep -qx 'active=active'; }
is_up() { state | grep -qxE 'active=(active|reloading)'; }
pid_of() { state | sed -n 's/^pid=//p'; }
children() { cat "/proc/$1/task/$1/children" 2>/dev/null; }
bring_up() {
  read=$(sha256sum ${files})
  was=no; old=''
  if is_up; then
    was=yes; former=$(pid_of); old=$(children "$former")
    { ${load.reload ?? init.reload(load.unit)}; } 8>&- || return 1
  else
    ${load.startedBy === 'cluster' ? 'return 0' : `{ ${init.start(load.unit)}; } 8>&- || return 1`}
  fi
  tenth=0
  until is_active; do
    tenth=$((tenth + 1)); [ "$tenth" -lt ${PATIENCE} ] || return 1
    sleep 0.1
  done
${renewed}  # A program that refuses what it read only at work ends within a moment of its start.
  main=$(pid_of); sleep 0.3
  is_up && [ "$(pid_of)" = "$main" ] || { echo ${quote(`${load.unit} ended right after it was started`)} >&2; return 1; }
${proof}}
why() {
  said=$(${platform.init.log(load.unit, 30)})
  printf '%s\\n' "$said" | grep -iE ${quote(TELLING)} | tail -n 6 | grep . || printf '%s\\n' "$said" | tail -n 6
}
write_stamp() { printf '%s\\n' "$read" >${stamp}.new && mv -f ${stamp}.new ${stamp} && rm -f ${quote(pendingPath(load.unit))}; }
read=$(sha256sum ${files})
`
}

/** Writes down what a unit runs with. */
export function recordScript(load: WantedLoad, platform: Platform): string {
  // What another will start reads its files as they are now.
  const isKnown = load.startedBy === 'cluster' ? '' : 'is_active && '
  return `${functions(load, platform)}${isKnown}write_stamp
`
}

/**
 * Puts the files back that are named on stdin, a path a line: the version that ran before, or none where there was none.
 * With the time of now: a process that started before this moment has not read them.
 */
const PUT_BACK = `put_back() {
  while IFS= read -r file; do
    if [ -e "$file.previous" ]; then cp -p "$file.previous" "$file.previous.new" && touch "$file.previous.new" && mv -f "$file.previous.new" "$file"; else rm -f "$file"; fi
  done
}
`

/** Starts or reloads a unit and proves that it took its files; else puts the files back and the unit as it was. */
export function loadScript(load: WantedLoad, platform: Platform, index: number): string {
  const pending = quote(pendingPath(load.unit))
  // A reload of all members at once that was refused has changed none of them; with older files here the next one would part them.
  const shared = load.reload === undefined ? '' : `[ "$before" = no ] || exit 1\n`
  return `${functions(load, platform)}${PUT_BACK}before=no; is_up && before=yes
if bring_up; then write_stamp; exit; fi
why >&2
${shared}if [ -s ${pending} ]; then
  put_back <${pending}
  tell put-back ${index}
fi
if [ "$before" = yes ]; then bring_up && write_stamp; else ${platform.init.stop(load.unit)}; rm -f ${pending}; fi
exit 1
`
}

/** Puts named files of a unit back and brings it up with them, or stops it: what it loaded turned out not to serve. */
export function putBackScript({ load, paths, stop }: Extract<Action, { do: 'put-back' }>, platform: Platform): string {
  const { init } = platform
  const stopped = `${init.stop(load.unit)}; rm -f ${quote(pendingPath(load.unit))}; exit`
  return `${functions(load, platform)}${PUT_BACK}put_back <<'PATHS'
${paths.join('\n')}
PATHS
${stop ? stopped : ''}
for file in ${paths.map((path) => quote(path)).join(' ')}; do
  [ -e "$file" ] || { ${stopped}; }
done
bring_up && write_stamp
`
}
