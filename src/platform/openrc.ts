import { quote, words } from '../lib/shell.ts'
import type { InitSystem } from './types.ts'

/**
 * Where OpenRC keeps what it knows of its services: links to their scripts, which may be gone. `rc-service status` reads it too, but
 * runs the service's script and writes to the log.
 */
const STATE = '/run/openrc'
const RUNLEVELS = ['boot', 'default']

/** The settings of a service, which make `supervise-daemon` its parent. */
const confD = (unit: string): string => `/etc/conf.d/${unit}`

/**
 * Shell variables of a service: `pid` of its main process (0: none), `supervisor` of the process that starts it again (0: none), and
 * `outdated` when it shall have one and was started without, and `replaced` when its program is not the one on disk any more: nobody
 * restarts a service whose package is upgraded. A PID file may be left of a process that is gone: its number counts only
 * as long as it belongs to that program. Under supervise-daemon the PID file holds the supervisor.
 */
const look = (unit: string): string => `unit=${quote(unit)}; pid=0; supervisor=0; outdated=no; replaced=no
of() { sed -n "s/^$1=//p" "${STATE}/daemons/$unit/001" 2>/dev/null | head -n 1; }
is() { [ -n "$1" ] && [ "$(cat "/proc/$1/comm" 2>/dev/null)" = "$(printf '%.15s' "$2")" ]; }
program=$(of exec); file=$(of pidfile)
kept=$(head -n 1 "\${file:-/dev/null}" 2>/dev/null); child=$(cat "${STATE}/options/$unit/child_pid" 2>/dev/null)
if [ -n "$child" ]; then
  is "$child" "\${program##*/}" && pid=$child
  is "$kept" supervise-daemon && supervisor=$kept
else
  is "$kept" "\${program##*/}" && pid=$kept
  [ -L "${STATE}/started/$unit" ] && grep -qs '^supervisor="supervise-daemon"' ${quote(confD(unit))} && outdated=yes
fi
case $(readlink "/proc/$pid/exe" 2>/dev/null) in *' (deleted)') [ ! -x "$program" ] || replaced=yes ;; esac`

const restart = (unit: string): string => words('rc-service', unit, 'restart')

/** OpenRC, as on Alpine. It starts nothing when a package is installed, and has no masks. */
export const openrc: InitSystem = {
  name: 'openrc',
  // `started` is what OpenRC was told, not what is: a service whose process is gone counts as failed, or is about to be started again.
  // Told in one breath: whoever asks may not listen to the end, and ash complains of that.
  state: (unit) => `${look(unit)}
load=not-found; enabled=disabled; stale=no
[ ! -x "/etc/init.d/$unit" ] || load=loaded
for level in ${RUNLEVELS.join(' ')}; do [ ! -L "/etc/runlevels/$level/$unit" ] || enabled=enabled; done
if [ -L "${STATE}/starting/$unit" ]; then active=activating
elif [ -L "${STATE}/stopping/$unit" ]; then active=deactivating
elif [ ! -L "${STATE}/started/$unit" ]; then active=inactive
elif [ -z "$program" ] || [ "$pid" != 0 ]; then active=active
elif [ "$supervisor" != 0 ]; then active=activating
else active=failed; fi
[ "$replaced" = no ] || stale=replaced
[ "$outdated" = no ] || stale=restart
printf 'load=%s\\nenabled=%s\\nactive=%s\\nstale=%s\\npid=%s\\n' "$load" "$enabled" "$active" "$stale" "$pid"`,
  enable: (unit) => words('rc-update', '-q', 'add', unit, 'default'),
  // `rc-update --all` fails for each runlevel that does not have it.
  disable: (unit) => `for link in /etc/runlevels/*/${quote(unit)}; do
  [ ! -L "$link" ] || { level=\${link%/*}; rc-update -q del ${quote(unit)} "\${level##*/}" || exit 1; }
done`,
  unmask: () => ':',
  // A service that died still counts as started, and one whose script was killed as starting (nobody holds its lock then): neither would be
  // started before it is brought to its end.
  start: (
    unit,
  ) => `if [ -L ${quote(`${STATE}/started/${unit}`)} ]; then ${words('rc-service', '-q', unit, 'stop')}; ${words('rc-service', '-q', unit, 'zap')}
elif [ -L ${quote(`${STATE}/starting/${unit}`)} ] && flock -n ${quote(`${STATE}/exclusive/${unit}`)} true; then ${words('rc-service', '-q', unit, 'zap')}; fi
${words('rc-service', unit, 'start')}`,
  stop: (unit) => words('rc-service', unit, 'stop'),
  // The script's own reload signals what the PID file names, and a supervisor keeps that to itself: then the process is signalled.
  reload: (unit) => `( ${look(unit)}
if [ "$outdated" = yes ]; then ${restart(unit)}
elif [ -n "$child" ]; then [ "$pid" != 0 ] && kill -HUP "$pid"
else ${words('rc-service', unit, 'reload')}; fi )`,
  hold: () => ':',
  release: () => ':',
  // What a service was started with stays so until it is started anew. A reload that is a new process runs the new program; a supervisor
  // knows no such thing. The daemon must not inherit the lock of actions.
  rereadUnits: (unit) => `( ${look(unit)}
if [ "$outdated" = yes ] || { [ "$replaced" = yes ] && [ -n "$child" ]; }; then ${restart(unit)}
elif [ "$replaced" = yes ]; then ${words('rc-service', unit, 'reload')}; fi ) 8>&-`,
  // Whichever program writes the system's log on Alpine, it writes here.
  log: (unit, lines) => `grep -iF ${quote(unit)} /var/log/messages 2>/dev/null | tail -n ${lines}`,
  logCommand: (unit) => words('grep', '-i', unit, '/var/log/messages'),
  // Whole seconds only. Rounded down: a moment without a holder rather than one with two.
  restartDropIn: (unit, delay) => ({
    path: confD(unit),
    content: `# Managed by ha-provision. A killed keepalived leaves the VIP on the host, which goes on serving, and a backup takes it
# after three adverts. Started again it lets go of the address: just before that there is hardly a gap, and no second holder for long.
# OpenRC's own 'rc-service ${unit} reload' does not get past the supervisor; this does:
#   RC_SVCNAME=${unit} supervise-daemon ${unit} --signal HUP --pidfile /run/${unit}.pid
supervisor="supervise-daemon"
respawn_delay="${Math.floor(delay / 1000)}"
respawn_max="0"
`,
  }),
}
