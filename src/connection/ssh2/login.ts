import type { Duplex } from 'node:stream'
import ssh2 from 'ssh2'
import { asHaError } from '../../lib/errors.ts'
import type { HaError } from '../../lib/errors.ts'
import type { Attempts } from './attempts.ts'
import { Authentication, NOTHING_LEFT } from './authentication.ts'
import type { Answers } from '../credentials/answers.ts'
import { Dialogue } from '../credentials/dialogue.ts'
import type { HostKeys } from '../host-keys/host-keys.ts'
import { hostKeyOf } from '../host-keys/known-hosts.ts'
import type { Link } from '../link.ts'
import type { Endpoint, HostKey } from '../types.ts'
import { explain } from './login-errors.ts'
import { Ssh2Link } from './link.ts'
import { LoginClock } from './login-clock.ts'

const KEEPALIVE_MS = 10_000
const KEEPALIVE_MISSES = 3
const LONGEST_GREETING = 200

/** Shakes hands over a stream that reaches the endpoint's sshd, checks its key, logs in. `unwanted` are types of host keys not to ask for; `over`: nobody waits for it any more. */
export async function login(
  socket: Duplex,
  endpoint: Endpoint,
  attempts: Attempts,
  hostKeys: HostKeys,
  answers: Answers,
  unwanted: readonly string[],
  over: AbortSignal,
): Promise<Link> {
  const client = new ssh2.Client()
  const ended = new AbortController()
  const dialogue = new Dialogue(endpoint, answers, ended.signal)
  const clock = new LoginClock(endpoint.connectTimeoutSeconds, () => {
    client.emit('error', trouble('client-timeout', 'no answer'))
  })
  const authentication = new Authentication(endpoint, attempts, dialogue, async (work) => await clock.during(work))
  const giveUp = (): void => {
    client.emit('error', trouble('client-timeout', 'it was given up'))
  }
  let refused: HaError | undefined
  let greeting = ''
  let shown: HostKey | undefined
  const link = new Promise<Link>((resolve, reject) => {
    const fail = (error: Error): void => {
      reject(refused ?? authentication.thrown ?? explain(endpoint, authentication, error, greeting))
    }
    // ssh2 may emit several errors for one failure, and one without a listener would end the process.
    client.on('error', (error) => {
      // An agent that fails is one attempt that failed: ssh2 goes on to the next.
      if (error.level !== 'agent') fail(error)
    })
    // The host has taken the password and wants another one: not ours to choose.
    client.on('change password', (said) => {
      dialogue.refuseChange(said)
      reject(authentication.failure(new Error('the password has expired')))
    })
    client.once('ready', () => {
      dialogue.end('let in')
      resolve(new Ssh2Link(client, socket, endpoint.name, shown))
    })
    // A way through a jump host that the far side has ended stays half open, with nothing more to come and ssh2's keepalive off.
    client.once('end', () => socket.destroy())
    client.once('close', () => {
      fail(new Error('the host closed the connection'))
    })
  })
  const verify = (key: Buffer): boolean => {
    shown = hostKeyOf(key)
    try {
      refused = hostKeys.refusal(endpoint, key)
    } catch (error) {
      refused = asHaError(error, endpoint.name)
    }
    return refused === undefined
  }
  over.addEventListener('abort', giveUp, { signal: ended.signal })
  if (over.aborted) giveUp()
  try {
    client.connect({
      sock: socket,
      username: endpoint.user,
      readyTimeout: 0,
      keepaliveInterval: KEEPALIVE_MS,
      keepaliveCountMax: KEEPALIVE_MISSES,
      algorithms: { serverHostKey: hostKeys.algorithms(endpoint, unwanted) },
      hostVerifier: verify,
      authHandler: (accepted, partial, proceed) => {
        authentication.next(accepted, partial, (method) => {
          if (method === false) client.emit('error', trouble('client-authentication', NOTHING_LEFT))
          else proceed(method)
        })
      },
    })
    // A server that is busy, or none, says why before it closes; ssh2 passes that over.
    socket.once('data', (chunk: Buffer) => {
      greeting = chunk.subarray(0, LONGEST_GREETING).toString('latin1')
    })
    return await link
  } catch (error) {
    socket.destroy()
    throw error
  } finally {
    clock.end()
    ended.abort()
    dialogue.end('broke off')
  }
}

/** An end of ours, told as ssh2 tells its own. */
function trouble(level: 'client-authentication' | 'client-timeout', message: string): Error {
  return Object.assign(new Error(message), { level })
}
