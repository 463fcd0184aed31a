import { randomBytes } from 'node:crypto'
import { hostname, userInfo } from 'node:os'
import type { Connection, Running } from '../connection/types.ts'
import { HostError, InterruptedError } from '../lib/errors.ts'
import { quote } from '../lib/shell.ts'
import { BUSY, FENCE, RUNTIME } from './perform/prelude.ts'

/** Seconds without a sign of life after which a host gives the lock of a vanished run up. */
const VANISHED = 60
const HEARTBEAT = 15
/** Seconds that an action which an earlier run left at work is waited for. */
const ORPHAN_PATIENCE = 120

/** The lock of a run on all its members. */
export interface Lock {
  /** What each action of this run must find on its host: another one there, or none, means that the lock is lost. */
  readonly fence: string
  release(): Promise<void>
}

interface LockOptions {
  readonly force: boolean
  readonly tell: (what: string) => void
  /** Ends the wait for an action that is still at work. */
  readonly signal: AbortSignal
}

/**
 * Takes the lock on every member, in the order of their names so that two runs cannot hold half each.
 * The lock is a process on the member that lives as long as the run's channel: nothing is left behind by a run that dies.
 * An action of such a run that is still at work holds it too. Throws HostError that names who holds it, from where, since when.
 */
export async function lockAll(connections: readonly Connection[], options: LockOptions): Promise<Lock> {
  const fence = randomBytes(12).toString('hex')
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
      held.push(await lockOne(connection, fence, options))
    }
  } catch (error) {
    await release()
    throw error
  }
  return { fence, release }
}

async function lockOne(connection: Connection, fence: string, { force, tell, signal }: LockOptions): Promise<Running> {
  const running = await connection.start({ label: 'lock', script: lockScript(fence, force), timeoutSeconds: 6 * 3600 })
  const giveUp = (): void => void running.close()
  if (signal.aborted) giveUp()
  signal.addEventListener('abort', giveUp, { once: true })
  try {
    return await locked(connection.name, running, tell)
  } catch (error) {
    if (signal.aborted) throw new InterruptedError('interrupted', { mend: 'nothing was begun; run up again' })
    throw error
  } finally {
    signal.removeEventListener('abort', giveUp)
  }
}

async function locked(host: string, running: Running, tell: LockOptions['tell']): Promise<Running> {
  for await (const line of running.lines) {
    if (line === 'locked') {
      // A lock that is lost is noticed by the next action, which does not find the fence.
      running.done.catch(() => undefined)
      return running
    }
    if (line === 'orphan') tell(`an action of an earlier run is still at work on ${host}: waiting for it`)
  }
  const { code, stderr } = await running.done
  if (code === BUSY) {
    throw new HostError(`locked by ${stderr.trim() || 'another run'}`, {
      where: host,
      mend: 'wait until that run has ended; a lock whose owner is gone is given up by itself within a minute, or at once with --force-unlock',
    })
  }
  throw new HostError(`the lock could not be taken (exit status ${code}): ${stderr.trim()}`, { where: host })
}

/** `owner@machine since TIME`: what a second operator is told. */
function owner(): string {
  return `${userInfo().username}@${hostname()} (process ${process.pid}) since ${new Date().toISOString()}`
}

/**
 * The fence is changed before an action that is still at work is waited for, and each action reads it while it holds `action.lock`:
 * so none of a run that has lost its lock begins once another has it. What waits here for a sign of life does not inherit the lock:
 * it would keep it from who takes it by force.
 */
function lockScript(fence: string, force: boolean): string {
  const forced = `if ! flock -n 9; then
  kill "$(cat ${RUNTIME}/holder 2>/dev/null)" 2>/dev/null; sleep 0.5
fi
`
  return `umask 077; mkdir -p ${RUNTIME} || exit 1
exec 9>>${RUNTIME}/lock
${force ? forced : ''}flock -n 9 || { cat ${RUNTIME}/owner >&2 2>/dev/null; exit ${BUSY}; }
printf '%s\\n' ${quote(owner())} >${RUNTIME}/owner; echo $$ >${RUNTIME}/holder; echo ${fence} >${FENCE}
give_up() { rm -f ${RUNTIME}/owner ${RUNTIME}/holder ${FENCE}; exit "$1"; }
second=0
until flock -n ${RUNTIME}/action.lock true; do
  [ "$second" -gt 0 ] || echo orphan
  second=$((second + 1)); [ "$second" -lt ${ORPHAN_PATIENCE} ] || { echo 'an action of an earlier run that is still at work' >&2; give_up ${BUSY}; }
  sign=$(timeout 1 head -n 1 9>&-) && [ -z "$sign" ] && give_up 1
done
echo locked
while sign=$(timeout ${VANISHED} head -n 1 9>&-) && [ -n "$sign" ]; do :; done
give_up 0`
}
