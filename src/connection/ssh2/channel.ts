import type { Client, ClientChannel } from 'ssh2'
import { type Channel, ChannelRefusal, type ExecOptions } from '../link.ts'

/** Typed nothing, so that nothing is echoed and no line is edited: what goes in and comes out are bytes. */
const TERMINAL = { modes: { ECHO: 0 } } as const

/**
 * Asks sshd to run a command line. ssh2's callback never comes on a dead connection, so this has a deadline of its own.
 */
export async function openChannel<T>(
  client: Client,
  commandLine: string,
  { timeoutSeconds, terminal }: ExecOptions,
  begin: (channel: Channel) => T,
): Promise<T> {
  return await new Promise<T>((resolve, reject) => {
    let waiting = true
    const timer = setTimeout(() => {
      waiting = false
      reject(new ChannelRefusal(`no answer within ${timeoutSeconds} s`, true))
    }, timeoutSeconds * 1000)
    try {
      client.exec(commandLine, terminal ? { pty: TERMINAL } : {}, (error, channel) => {
        clearTimeout(timer)
        if (error !== undefined) reject(new ChannelRefusal(error.message, false))
        else if (waiting) resolve(begin(asChannel(channel)))
        else channel.close()
      })
    } catch (thrown) {
      // ssh2 throws at once when the connection has ended already.
      clearTimeout(timer)
      reject(new ChannelRefusal(String(thrown), true))
    }
  })
}

function asChannel(channel: ClientChannel): Channel {
  // A write that comes too late is no news: the channel's end tells more.
  channel.on('error', () => undefined)
  return {
    listen(listener) {
      channel.on('data', (chunk: Buffer) => {
        listener.stdout(chunk)
      })
      channel.stderr.on('data', (chunk: Buffer) => {
        listener.stderr(chunk)
      })
      channel.on('exit', (code: number | null, signal?: string) => {
        listener.exit({ code, signal })
      })
      channel.on('close', () => {
        listener.close()
      })
    },
    write: (text) => {
      channel.write(text)
    },
    end: () => {
      channel.end()
    },
    // The size of a terminal that is not there.
    nudge: () => {
      channel.setWindow(0, 0, 0, 0)
    },
    close: () => {
      channel.close()
    },
  }
}
