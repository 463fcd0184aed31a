import type { Channel } from '../link.ts'

/** A channel with a terminal as one without: what its one stream holds after the line `split` is stderr. */
export function splitStreams(channel: Channel, split: string): Channel {
  const line = Buffer.from(`${split}\n`)
  return {
    listen(listener) {
      let held = Buffer.alloc(0)
      let after = false
      const hand = (from: number, to: number): void => {
        if (to > from) listener.stdout(held.subarray(from, to))
      }
      channel.listen({
        ...listener,
        stdout: (chunk) => {
          if (after) {
            listener.stderr(chunk)
            return
          }
          held = Buffer.concat([held, chunk])
          const at = held.indexOf(line)
          // The end of what came may be the beginning of the line.
          const keep = at === -1 ? beginning(held, line) : 0
          hand(0, at === -1 ? held.length - keep : at)
          if (at !== -1) {
            after = true
            listener.stderr(held.subarray(at + line.length))
          }
          held = held.subarray(held.length - keep)
        },
      })
    },
    write: (text) => {
      channel.write(text)
    },
    // A terminal's input has no end.
    end: () => undefined,
    nudge: () => {
      channel.nudge()
    },
    close: () => {
      channel.close()
    },
  }
}

/** How many bytes at the end of `data` may be the beginning of `line`. */
function beginning(data: Buffer, line: Buffer): number {
  for (let length = Math.min(line.length - 1, data.length); length > 0; length -= 1) {
    if (data.subarray(data.length - length).equals(line.subarray(0, length))) return length
  }
  return 0
}
