import type { Client, ClientChannel } from 'ssh2'

/** The host did not open a channel, or the connection has ended: `unanswered` when nothing came back in time. */
export class ChannelRefusal extends Error {
  readonly unanswered: boolean

  constructor(message: string, unanswered: boolean) {
    super(message)
    this.unanswered = unanswered
  }
}

/**
 * Asks sshd to run a command line. `begin` gets the channel at once: its end may come in the same packet. ssh2's
 * callback never comes on a dead connection, so this has a deadline of its own.
 */
export async function openChannel<T>(
  client: Client,
  commandLine: string,
  timeoutSeconds: number,
  begin: (channel: ClientChannel) => T,
): Promise<T> {
  return await new Promise<T>((resolve, reject) => {
    let waiting = true
    const timer = setTimeout(() => {
      waiting = false
      reject(new ChannelRefusal(`no answer within ${timeoutSeconds} s`, true))
    }, timeoutSeconds * 1000)
    try {
      client.exec(commandLine, (error, channel) => {
        clearTimeout(timer)
        if (error !== undefined) reject(new ChannelRefusal(error.message, false))
        else if (waiting) resolve(begin(channel))
        else channel.close()
      })
    } catch (thrown) {
      // ssh2 throws at once when the connection has ended already.
      clearTimeout(timer)
      reject(new ChannelRefusal(String(thrown), true))
    }
  })
}
