import type { Channel, ChannelListener } from '../link.ts'

/**
 * Waits for a command line on stdin and becomes it. `read` takes no byte beyond the line, so what follows is the
 * command's. When its input ends without one, nothing is run, and nobody has become root.
 */
export const LOADER = `exec sh -c 'IFS= read -r c && eval "$c"'`

type Event = (listener: ChannelListener) => void

/** A channel on which LOADER waits. What the host says before somebody listens (a login shell may talk) is kept. */
export class Spare implements Channel {
  readonly #channel: Channel
  readonly #early: Event[] = []
  #listener: ChannelListener | undefined
  #ended = false

  constructor(channel: Channel) {
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

  /** Runs a command line, which has to be one line. `begin` gets the channel, as from Link.exec. */
  become<T>(commandLine: string, begin: (channel: Channel) => T): T {
    this.write(`${commandLine}\n`)
    return begin(this)
  }

  listen(listener: ChannelListener): void {
    this.#listener = listener
    for (const event of this.#early.splice(0)) event(listener)
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

  #tell(event: Event): void {
    if (this.#listener === undefined) this.#early.push(event)
    else event(this.#listener)
  }
}
