import type { Connection, Running, Target } from '../connection/types.ts'
import { asHaError, type HaError, HostError, oneError, UnreachableError } from '../lib/errors.ts'
import type { Event, Rise } from './events.ts'
import { endingOf, type Ending } from './outcome.ts'
import type { Run } from './run.ts'

type Ping = Extract<Event, { type: 'ping' }>
/** What a host told of itself while it was measured. */
type Measured = Pick<Ping, 'roundTrip' | 'become'> & { readonly root: boolean }

/** An odd number, so that the median was seen; few, so that 200 ms each way are two seconds. */
const ECHOES = 5
const SECONDS = 20
/**
 * Who we are and by what, then every line back: by the shell itself, because starting a program would be measured too. One
 * line, because csh, which may be the login shell, knows no newline within quotes.
 */
const ECHO = 'echo "$(id -u) ${SUDO_UID:+sudo}${DOAS_USER:+doas}"; while read -r line; do echo "$line"; done'

/** Reaches every host and becomes root there. Changes nothing; one execution a host, two where root is refused. */
export async function ping(run: Run): Promise<Ending> {
  const errors = await Promise.all(
    run.targets.map(async (target) => {
      const connection = run.connections.get(target.name)
      const error = connection === undefined ? missing(run, target) : await pingHost(run, target, connection)
      if (error instanceof UnreachableError) run.emit({ ...described(target), state: 'unreachable', ...told(error) })
      return error
    }),
  )
  const failed = errors.flatMap((error) => error ?? [])
  return failed.length === 0 ? { outcome: 'done', exitCode: 0 } : endingOf(oneError(failed))
}

/** What is wrong with a host that let us in; undefined when nothing is. */
async function pingHost(run: Run, target: Target, connection: Connection): Promise<HaError | undefined> {
  const { name: host } = target
  const shown = { ...described(target), hostKey: connection.hostKey }
  run.emit({ type: 'doing', host, what: 'becoming root' })
  try {
    const { root, roundTrip, become } = await measure(connection, { plain: false })
    if (root) run.emit({ ...shown, state: 'well', roundTrip, become })
    const error = root ? undefined : notRootError(target)
    if (error !== undefined) run.emit({ ...shown, state: 'no root', roundTrip, ...told(error) })
    return error
  } catch (thrown) {
    const error = asHaError(thrown, host)
    if (error instanceof UnreachableError) {
      run.emit({ type: 'unreachable', host, message: error.message, mend: error.mend })
      return error
    }
    // The way there can be measured without root's rights; where even that fails, the first error says why.
    const roundTrip = await measure(connection, { plain: true }).then(
      (measured) => measured.roundTrip,
      () => undefined,
    )
    run.emit({ ...shown, state: 'no root', roundTrip, ...told(error) })
    return error
  }
}

/** Sends lines one after the other to a shell on the host, and waits for each to come back. */
async function measure(connection: Connection, { plain }: { readonly plain: boolean }): Promise<Measured> {
  const running = await connection.start({ label: 'ping', script: ECHO, timeoutSeconds: SECONDS, plain })
  try {
    const lines = running.lines[Symbol.asyncIterator]()
    const [uid, by = ''] = (await nextLine(lines)).split(' ')
    const times: number[] = []
    while (times.length < ECHOES) {
      const since = performance.now()
      running.send('ping')
      await nextLine(lines)
      times.push((performance.now() - since) / 1000)
    }
    const [roundTrip] = times.sort((a, b) => a - b).slice(Math.floor(ECHOES / 2))
    return { roundTrip, root: uid === '0', become: riseOf(by, running) }
  } finally {
    await running.close()
  }
}

async function nextLine(lines: AsyncIterator<string>): Promise<string> {
  const line = await lines.next()
  if (line.done === true) throw new HostError('ping: the host ended the shell that was to answer')
  return line.value
}

/** sudo and doas tell who called them; su does not, but has asked for a password. */
function riseOf(by: string, { asked }: Running): Rise {
  if (by === 'sudo') return asked ? 'sudo with password' : 'sudo'
  if (by === 'doas') return 'doas'
  return asked ? 'su' : 'already root'
}

function described({ name, user, jumps, transport, proxyCommand }: Target) {
  const way = [...jumps.map((jump) => jump.name), ...(proxyCommand === undefined ? [] : ['ProxyCommand'])]
  const unknown = { hostKey: undefined, roundTrip: undefined, become: undefined, problem: undefined }
  return { type: 'ping', host: name, user, way, transport, ...unknown } as const
}

function told({ message, mend }: HaError): Pick<Ping, 'problem'> {
  return { problem: { message, mend } }
}

function missing(run: Run, { name }: Target): HaError {
  return run.missing.find(({ where }) => where === name) ?? new UnreachableError('it was not reached', { where: name })
}

function notRootError({ name, user }: Target): HostError {
  return new HostError(`${user} is not root there, and connection.become is none`, {
    where: name,
    mend: 'leave connection.become out (then sudo or doas is used), or log in as root (connection.user: root)',
  })
}
