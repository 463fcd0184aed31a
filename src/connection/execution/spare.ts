import type { Channel, ChannelListener, Link } from '../link.ts'

/**
 * Waits for a command line on stdin and becomes it. `read` takes no byte beyond the line, so what follows is the command's.
 * Without one, at the end of input, nothing is run and nobody has become root.
 */
const LOADER = `exec sh -c 'IFS= read -r c && eval "$c"'`

/**
 * A channel opened before its command is known. To open one and to ask for a command takes two round trips, which can
 * pass while another command runs: on a slow line the next one begins at once.
 */
export class Spare implements Channel {
  readonly #channel: Channel
  readonly #early: ((listener: ChannelListener) => void)[] = []
  #listener: ChannelListener | undefined
  #ended = false

  /** Undefined where the host opens no further channel. */
  static async open(link: Link, timeoutSeconds: number): Promise<Spare | undefined> {
    const options = { timeoutSeconds, terminal: false }
    return await link.exec(LOADER, options, (channel) => new Spare(channel)).catch(() => undefined)
  }

  private constructor(channel: Channel) {
    this.#channel = channel
    channel.listen({
      stdout: (chunk) => {
        this.#tell((listener) => {
          listener.stdout(chunk)
        })
      },
      stderr: (chunk) => {
        this.#tell((listener) => {
          listener.stderr(chunk)
        })
      },
      exit: (exit) => {
        this.#ended = true
        this.#tell((listener) => {
          listener.exit(exit)
        })
      },
      close: () => {
        this.#ended = true
        this.#tell((listener) => {
          listener.close()
        })
      },
    })
  }

  /** The host has ended it: it can run nothing. */
  get ended(): boolean {
    return this.#ended
  }

  /** Hands in the command, which has to be one line, and the channel to whom it is for. */
  begin<T>(commandLine: string, begin: (channel: Channel) => T): T {
    this.write(`${commandLine}\n`)
    return begin(this)
  }

  listen(listener: ChannelListener): void {
    this.#listener = listener
    for (const told of this.#early.splice(0)) told(listener)
  }

  write(text: string): void {
    this.#channel.write(text)
  }

  end(): void {
    this.#channel.end()
  }

  nudge(): void {
    this.#channel.nudge()
  }

  close(): void {
    this.#channel.close()
  }

  /** What a login shell says comes before anybody listens. */
  #tell(told: (listener: ChannelListener) => void): void {
    if (this.#listener === undefined) this.#early.push(told)
    else told(this.#listener)
  }
}
