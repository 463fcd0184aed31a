import { type Channel, type ChannelListener, ChannelRefusal, type ExecOptions, type Exit } from '../link.ts'
import type { Mux } from './mux.ts'
import type { MuxChannel } from './mux-channel.ts'
import { type Reader, string, uint32 } from './wire.ts'

/** Typed nothing, so that nothing is echoed: ECHO (53) off, and the end of the list. */
const MODES = Buffer.concat([Buffer.from([53]), uint32(0), Buffer.from([0])])
const TERMINAL = [string('vt100'), uint32(80), uint32(24), uint32(640), uint32(480), string(MODES)]
const NO_SIZE = [uint32(0), uint32(0), uint32(0), uint32(0)]

/** Asks sshd to run a command line. */
export async function openChannel<T>(
  mux: Mux,
  commandLine: string,
  { timeoutSeconds, terminal }: ExecOptions,
  begin: (channel: Channel) => T,
): Promise<T> {
  return await new Promise<T>((resolve, reject) => {
    let listener: ChannelListener | undefined
    let unanswered = terminal ? 2 : 1
    const refuse = (message: string, silent: boolean): void => {
      clearTimeout(timer)
      channel.close()
      reject(new ChannelRefusal(message, silent))
    }
    const timer = setTimeout(() => {
      refuse(`no answer within ${timeoutSeconds} s`, true)
    }, timeoutSeconds * 1000)
    const channel = mux.open('session', [], {
      opened() {
        if (terminal) channel.request('pty-req', true, ...TERMINAL)
        channel.request('exec', true, string(commandLine))
      },
      refused(_reason, description) {
        refuse(description, false)
      },
      answered(success) {
        unanswered -= 1
        if (!success) refuse(unanswered === 0 ? 'it runs no commands' : 'it gives no terminal', false)
        else if (unanswered === 0) {
          clearTimeout(timer)
          // At once, not in a promise: the command's end may be in the same packet.
          resolve(
            begin(
              asChannel(channel, (heard) => {
                listener = heard
              }),
            ),
          )
        }
      },
      data(chunk) {
        channel.grant(chunk.length)
        listener?.stdout(chunk)
      },
      stderr(chunk) {
        channel.grant(chunk.length)
        listener?.stderr(chunk)
      },
      request(name, body) {
        const exit = exitOf(name, body)
        if (exit !== undefined) listener?.exit(exit)
      },
      eof: () => undefined,
      closed() {
        refuse('the connection has ended', true)
        listener?.close()
      },
    })
  })
}

function exitOf(name: string, body: Reader): Exit | undefined {
  if (name === 'exit-status') return { code: body.uint32(), signal: undefined }
  if (name === 'exit-signal') return { code: null, signal: `SIG${body.text()}` }
  return undefined
}

function asChannel(channel: MuxChannel, hear: (listener: ChannelListener) => void): Channel {
  return {
    listen: hear,
    write: (text) => {
      channel.write(Buffer.from(text))
    },
    end: () => {
      channel.end()
    },
    // The size of a terminal that is not there.
    nudge: () => {
      channel.request('window-change', false, ...NO_SIZE)
    },
    close: () => {
      channel.close()
    },
  }
}
