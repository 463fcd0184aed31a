import { connect } from 'node:net'
import type { Socket } from 'node:net'
import { ForwardError } from './forward-error.ts'
import { NotReachedError } from './reach-errors.ts'
import type { Endpoint } from './types.ts'

/** What helps, by the system's name for what went wrong. */
export const MENDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there: is sshd running, and is the port right?',
  ENOTFOUND:
    'ssh goes to this name, and this machine does not know it: name where to go (load_balancers.NAME.host), or a jump host that knows it (connection.jump); or add it to DNS or /etc/hosts',
  EAI_AGAIN: 'this machine cannot resolve names just now: see /etc/resolv.conf',
  EHOSTUNREACH: 'there is no way to this address: is the host up, and the network right?',
  ENETUNREACH: 'there is no way to this network: does it need a jump host (connection.jump) or a VPN?',
  ECONNRESET: 'something on the way cut the connection: a firewall, or sshd at its MaxStartups',
}
const PLAIN_SECONDS = 3
/** What helps where nothing answers. */
export const SILENT =
  'no answer came: is the host up, and does a firewall drop the packets? connection.connect_timeout may be raised'

/** A TCP connection; `over`: nobody wants it any more. Without Nagle's delay from the first byte: with it, each execution takes 40 ms longer. */
export async function dial(endpoint: Endpoint, over: AbortSignal): Promise<Socket> {
  const { host, port, connectTimeoutSeconds } = endpoint
  return await new Promise<Socket>((resolve, reject) => {
    const socket = connect({ host, port, noDelay: true })
    const refuse = (why: string, mend: string | undefined, cause?: unknown): void => {
      settle()
      socket.destroy()
      const what = `${host} port ${port} cannot be reached: ${why}`
      reject(new NotReachedError(what, { where: endpoint.name, mend, cause }))
    }
    const timer = setTimeout(() => {
      refuse(`no answer within ${connectTimeoutSeconds} s`, SILENT)
    }, connectTimeoutSeconds * 1000)
    const failed = (error: Error): void => {
      const code = 'code' in error ? String(error.code) : ''
      refuse(error.message === '' ? code : error.message, code === 'ETIMEDOUT' ? SILENT : MENDS[code], error)
    }
    const giveUp = (): void => {
      refuse('it was given up', undefined)
    }
    const settle = (): void => {
      clearTimeout(timer)
      over.removeEventListener('abort', giveUp)
    }
    over.addEventListener('abort', giveUp)
    if (over.aborted) giveUp()
    socket.once('error', failed)
    socket.once('connect', () => {
      settle()
      socket.off('error', failed)
      // Until ssh2 listens, and after it has stopped.
      socket.on('error', () => undefined)
      resolve(socket)
    })
  })
}

/** A TCP connection from here to anywhere, for a request that proves something. Throws ForwardError, after some seconds at most. */
export async function dialPlain(host: string, port: number): Promise<Socket> {
  return await new Promise<Socket>((resolve, reject) => {
    const socket = connect({ host, port, noDelay: true })
    const failed = (error: Error): void => {
      clearTimeout(timer)
      socket.destroy()
      reject(new ForwardError('failed', error.message, { cause: error }))
    }
    // Without it the kernel would go on for minutes, and the process with it.
    const timer = setTimeout(() => {
      failed(new Error(`no answer within ${PLAIN_SECONDS} s`))
    }, PLAIN_SECONDS * 1000)
    socket.once('error', failed)
    socket.once('connect', () => {
      clearTimeout(timer)
      socket.off('error', failed)
      socket.on('error', () => undefined)
      resolve(socket)
    })
  })
}
