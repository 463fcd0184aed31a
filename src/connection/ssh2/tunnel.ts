import type { ClientChannel, Client } from 'ssh2'
import { ForwardError } from '../forward-error.ts'
import { forwardRefusal, forwardSilence, type Refusal } from '../forward-refusal.ts'
import { answers } from './ping.ts'

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
        reject(forwardSilence(alive, where, address, port, timeoutSeconds))
      })
    }, timeoutSeconds * 1000)
    const opened = (error: Error | undefined, channel: ClientChannel): void => {
      clearTimeout(timer)
      if (error !== undefined) reject(forwardRefusal(refusalOf(error), where, address, port, error))
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

function refusalOf(error: Error): Refusal {
  const reason = 'reason' in error && typeof error.reason === 'number' ? error.reason : undefined
  return { reason, description: error.message.replace(/^\(SSH\) Channel open failure: /, '') }
}
