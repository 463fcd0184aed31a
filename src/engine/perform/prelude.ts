import { quote } from '../../lib/shell.ts'

/** Where a run keeps what must survive it, what must not, and what was said. */
export const STATE = '/var/lib/ha-provision'
export const RUNTIME = '/run/ha-provision'
export const LOG = '/var/log/ha-provision.log'

/** Exit status of an action script that found another one still at work on the host. */
export const BUSY = 75
/** Exit status of an action script whose run does not hold the lock any more. */
export const LOCK_LOST = 76
/** Exit status of an action that found something else than what was looked at, and left it. */
export const OUTDATED = 77

/** Where the run that holds the lock has put what only it knows. */
export const FENCE = `${RUNTIME}/fence`

/**
 * The beginning of every script that changes a host. Nobody may be listening any more (a killed run): SIGPIPE is ignored, so that an
 * action that began is finished. The descriptor of the lock is inherited by what is started, so an orphaned apt keeps it. A run that was
 * frozen, or whose lock was taken by force, begins nothing more: two runs never act on a host in turns.
 */
export function prelude(marker: string, fence: string | undefined): string {
  const fenced = fence === undefined ? '' : `[ "$(cat ${FENCE} 2>/dev/null)" = ${fence} ] || exit ${LOCK_LOST}\n`
  return `trap '' PIPE
umask 022
mkdir -p ${RUNTIME} ${STATE}/loaded ${STATE}/pending || exit 1
chmod 0700 ${STATE} ${RUNTIME}
exec 8>>${RUNTIME}/action.lock
flock -n 8 || exit ${BUSY}
${fenced}tell() { printf '%s %s %s\\n' ${quote(marker)} "$1" "$2"; }
`
}
