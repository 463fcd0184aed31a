import type { Exchange } from './exchange.ts'
import type { Running } from '../types.ts'

/** A command that goes on, as its user sees it. */
export function asRunning(exchange: Exchange): Running {
  const done = exchange.done.promise
  return {
    get asked() {
      return exchange.asked
    },
    lines: exchange.lines,
    done,
    send: (line) => {
      exchange.send(line)
    },
    // How it ended is told by `done`: to close is to want it over.
    close: async () => {
      exchange.closeInput()
      await done.catch(() => undefined)
    },
  }
}
