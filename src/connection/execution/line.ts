import type { Channel, Link, Reached } from '../link.ts'

/** One of the connections to a host, and how many channels of ours are open on it. */
export class Line {
  readonly #reached: Reached
  /** Channels that end by themselves, and those that stay as long as the run. */
  readonly #open = { short: 0, long: 0 }
  /** The host has opened a channel on it. */
  proven = false

  constructor(reached: Reached) {
    this.#reached = reached
  }

  get link(): Link {
    return this.#reached.link
  }

  get used(): number {
    return this.#open.short + this.#open.long
  }

  /** Something on it will end soon. */
  get moving(): boolean {
    return this.#open.short > 0
  }

  count(kind: 'short' | 'long', change: 1 | -1): void {
    this.#open[kind] += change
  }

  /** Why it ended, as far as is known: a jump host that went away takes with it all that goes through it. */
  get trouble(): string | undefined {
    const gone = this.#reached.hops.find(({ link }) => link.ended)
    if (gone === undefined) return this.link.trouble
    const why = gone.link.trouble === undefined ? '' : ` (${gone.link.trouble})`
    return `its jump host ${gone.name} went away${why}`
  }
}

/** A channel that also tells us when it has closed for good: only then the host no longer counts it. */
export function whenClosed(channel: Channel, closed: () => void): Channel {
  return {
    listen: (listener) => {
      channel.listen({
        stdout: (chunk) => {
          listener.stdout(chunk)
        },
        stderr: (chunk) => {
          listener.stderr(chunk)
        },
        exit: (exit) => {
          listener.exit(exit)
        },
        close: () => {
          closed()
          listener.close()
        },
      })
    },
    write: (text) => {
      channel.write(text)
    },
    end: () => {
      channel.end()
    },
    nudge: () => {
      channel.nudge()
    },
    close: () => {
      channel.close()
    },
  }
}
