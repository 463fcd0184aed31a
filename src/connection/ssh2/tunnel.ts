import type { ClientChannel, Client } from 'ssh2'
import { ForwardError } from '../forward-error.ts'
import { printable } from '../../lib/printable.ts'
import { answers } from './ping.ts'

/** The host's sshd does not forward at all: SSH_OPEN_ADMINISTRATIVELY_PROHIBITED of RFC 4254. */
const PROHIBITED = 1

/** A TCP connection that begins on the host `where` and goes to `address`. */
export async function openTunnel(
  client: Client,
  where: string,
  address: string,
  port: number,
  timeoutSeconds: number,
): Promise<ClientChannel> {
  return await new Promise<ClientChannel>((resolve, reject) => {
    let waiting = true
    const timer = setTimeout(() => {
      waiting = false
      void answers(client).then((alive) => {
        const silent = alive ? `${address}:${port} did not answer` : `${where} itself no longer answers: nothing came`
        reject(new ForwardError('failed', `${silent} within ${timeoutSeconds} s`, { where }))
      })
    }, timeoutSeconds * 1000)
    const opened = (error: Error | undefined, channel: ClientChannel): void => {
      clearTimeout(timer)
      if (error !== undefined) reject(refusal(error, where, address, port))
      else if (waiting) resolve(channel)
      else channel.destroy()
    }
    try {
      client.forwardOut('127.0.0.1', 0, address, port, opened)
    } catch (thrown) {
      // ssh2 throws at once when the connection has ended already.
      clearTimeout(timer)
      reject(new ForwardError('failed', `the connection to ${where} has ended`, { where, cause: thrown }))
    }
  })
}

function refusal(error: Error, where: string, address: string, port: number): ForwardError {
  if ('reason' in error && error.reason === PROHIBITED) {
    const mend =
      `allow it on ${where}: AllowTcpForwarding yes (or local) and no PermitOpen that leaves it out, in sshd_config and ` +
      'authorized_keys; dropbear without -j'
    return new ForwardError('prohibited', 'its sshd does not forward connections', { where, mend, cause: error })
  }
  const why = printable(error.message.replace(/^\(SSH\) Channel open failure: /, ''))
  const to = `${address}:${port}`
  // The words are those of getaddrinfo on the host; they choose advice only.
  const mend = /name|resolv|unknown host/i.test(why)
    ? `${where} resolves names by its own DNS and /etc/hosts: give an address, or a name that is known there`
    : undefined
  return new ForwardError('failed', `cannot reach ${to} from there: ${why}`, { where, mend, cause: error })
}
