import type { ClientChannel, Client } from 'ssh2'
import { ForwardError } from '../forward-error.ts'
import { printable } from '../../lib/printable.ts'

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
      reject(new ForwardError('failed', `${address}:${port} did not answer within ${timeoutSeconds} s`, { where }))
    }, timeoutSeconds * 1000)
    const opened = (error: Error | undefined, channel: ClientChannel): void => {
      clearTimeout(timer)
      if (error !== undefined) reject(refusal(error, where, `${address}:${port}`))
      else if (waiting) resolve(channel)
      else channel.destroy()
    }
    try {
      client.forwardOut('127.0.0.1', 0, address, port, opened)
    } catch (thrown) {
      // ssh2 throws at once when the connection has ended already.
      clearTimeout(timer)
      reject(new ForwardError('failed', 'the connection to the host has ended', { where, cause: thrown }))
    }
  })
}

function refusal(error: Error, where: string, to: string): ForwardError {
  if ('reason' in error && error.reason === PROHIBITED) {
    const mend = 'allow it in sshd_config: AllowTcpForwarding yes (or local)'
    return new ForwardError('prohibited', `its sshd does not forward connections`, { where, mend, cause: error })
  }
  const why = printable(error.message.replace(/^\(SSH\) Channel open failure: /, ''))
  return new ForwardError('failed', `cannot reach ${to} from there: ${why}`, { where, cause: error })
}
