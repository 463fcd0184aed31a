import { hostname, userInfo } from 'node:os'
import type { Connection, Running } from '../connection/types.ts'
import { HostError } from '../lib/errors.ts'
import { quote } from '../lib/shell.ts'
import { BUSY, RUNTIME } from './perform/prelude.ts'

/** Seconds without a sign of life after which a host gives the lock of a vanished run up. */
const VANISHED = 60
const HEARTBEAT = 15
/** How long an action that an earlier run left at work is waited for, in tenths of a second. */
const ORPHAN_PATIENCE = 1200

/** The lock of a run on all its members. */
export interface Lock {
  release(): Promise<void>
}

/**
 * Takes the lock on every member, in the order of their names so that two runs cannot hold half each.
 * The lock is a process on the member that lives as long as the run's channel: nothing is left behind by a run that dies.
 * An action of such a run that is still at work holds it too. Throws HostError that names who holds it, from where, since when.
 */
export async function lockAll(
  connections: readonly Connection[],
  options: { readonly force: boolean; readonly tell: (what: string) => void },
): Promise<Lock> {
  const held: Running[] = []
  const release = async (): Promise<void> => {
    clearInterval(beat)
    await Promise.allSettled(held.map((running) => running.close()))
  }
  const beat = setInterval(() => {
    for (const running of held) running.send('alive')
  }, HEARTBEAT * 1000)
  try {
    for (const connection of [...connections].sort((a, b) => (a.name < b.name ? -1 : 1))) {
      held.push(await lockOne(connection, options))
    }
  } catch (error) {
    await release()
    throw error
  }
  return { release }
}

async function lockOne(
  connection: Connection,
  { force, tell }: { readonly force: boolean; readonly tell: (what: string) => void },
): Promise<Running> {
  const running = await connection.start({ label: 'lock', script: lockScript(force), timeoutSeconds: 6 * 3600 })
  for await (const line of running.lines) {
    if (line === 'locked') {
      // A lock that is lost is noticed by the next action, which fails with the connection.
      running.done.catch(() => undefined)
      return running
    }
    if (line === 'orphan') tell(`an action of an earlier run is still at work on ${connection.name}: waiting for it`)
  }
  const { code, stderr } = await running.done
  if (code === BUSY) {
    throw new HostError(`locked by ${stderr.trim() || 'another run'}`, {
      where: connection.name,
      mend: 'wait until that run has ended; a lock whose owner is gone is given up by itself within a minute, or at once with --force-unlock',
    })
  }
  throw new HostError(`the lock could not be taken (exit status ${code}): ${stderr.trim()}`, { where: connection.name })
}

/** `owner@machine since TIME`: what a second operator is told. */
function owner(): string {
  return `${userInfo().username}@${hostname()} (process ${process.pid}) since ${new Date().toISOString()}`
}

function lockScript(force: boolean): string {
  const forced = `if ! flock -n 9; then
  kill "$(cat ${RUNTIME}/holder 2>/dev/null)" 2>/dev/null; sleep 0.5
fi
`
  return `umask 077; mkdir -p ${RUNTIME} || exit 1
exec 9>>${RUNTIME}/lock
${force ? forced : ''}flock -n 9 || { cat ${RUNTIME}/owner >&2 2>/dev/null; exit ${BUSY}; }
printf '%s\\n' ${quote(owner())} >${RUNTIME}/owner; echo $$ >${RUNTIME}/holder
tenth=0
until flock -n ${RUNTIME}/action.lock true; do
  [ "$tenth" -gt 0 ] || echo orphan
  tenth=$((tenth + 1)); [ "$tenth" -lt ${ORPHAN_PATIENCE} ] || { echo 'an action of an earlier run that is still at work' >&2; exit ${BUSY}; }
  sleep 0.1
done
echo locked
while sign=$(timeout ${VANISHED} head -n 1) && [ -n "$sign" ]; do :; done
rm -f ${RUNTIME}/owner ${RUNTIME}/holder`
}
