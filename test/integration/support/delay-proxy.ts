import { once } from 'node:events'
import { Socket, createServer } from 'node:net'
import { DelayLine, type Loss, SEGMENT_BYTES, seeded } from './delay-line.ts'

const LOOPBACK = '127.0.0.1'

export interface DelayOptions {
  /** The port that is led to. */
  readonly to: number
  /** On this machine unless given. */
  readonly host?: string
  /** The address of this machine that it is reached at: loopback unless given. */
  readonly at?: string
  /** Each way: a round trip takes twice as long. */
  readonly delayMs: number
  readonly loss?: Loss
}

/** What one connection through the proxy has seen. */
export interface Passage {
  /** Round trips, one after the other, that what has arrived at the client needed: see startDelayProxy. */
  trips: number
  /** Bytes that have arrived at the server. */
  sent: number
  /** Bytes that have arrived at the client. */
  received: number
}

/** A slow line in user space: each direction late, in order, however much is under way. */
export interface DelayProxy {
  readonly port: number
  /** One for each connection, in the order in which they were made. */
  readonly passages: readonly Readonly<Passage>[]
  /** Another delay, for connections that are still to come. */
  become(delayMs: number): void
  close(): void
}

/**
 * Starts a slow line to a port.
 *
 * Round trips are counted by cause: what the client sends belongs to the trip after that of the latest it has received, what
 * the server sends to that of the latest that has reached it. TCP's handshake is the first: the line reaches the server only
 * when SYN, SYN-ACK and ACK would have crossed it. The count is never too low. It is too high where one side speaks without
 * being asked: what the server says later than a round trip after the question counts as an answer to whatever the client
 * has said since. The time a client needs on this line less its time on one without delay, divided by the time of a round
 * trip, has no such error, but wavers with the load of the machine: figures give both, tests the count. There is no
 * congestion window: on a real line the first 14 KB each way cross in one trip, and more than that does not.
 */
export async function startDelayProxy({
  to,
  host = LOOPBACK,
  at = LOOPBACK,
  delayMs: delayAtFirst,
  loss,
}: DelayOptions): Promise<DelayProxy> {
  let delayMs = delayAtFirst
  const passages: Passage[] = []
  const cuts = new Set<() => void>()
  const random = seeded(loss?.seed ?? 0)
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    const passage: Passage = { trips: 1, sent: 0, received: 0 }
    passages.push(passage)
    // The banner of an SSH server comes unasked, with TCP's ACK.
    let atServer = 2
    const far = new Socket({ allowHalfOpen: true }).setNoDelay()
    const there = new DelayLine(delayMs, loss?.chance, random)
    const back = new DelayLine(delayMs, loss?.chance, random)
    const established = performance.now() + 2 * delayMs
    there.put(() => far.connect({ host, port: to }), established)
    relay(client, far, (bytes, arrive) => {
      const trip = passage.trips + 1
      const arrived = (): void => {
        atServer = Math.max(atServer, trip)
        passage.sent += bytes
        arrive()
      }
      there.put(arrived, established)
    })
    relay(far, client, (bytes, arrive) => {
      const trip = atServer
      back.put(() => {
        passage.trips = Math.max(passage.trips, bytes === 0 ? 0 : trip)
        passage.received += bytes
        arrive()
      })
    })
    const cut = (): void => {
      there.cut()
      back.cut()
      client.destroy()
      far.destroy()
    }
    cuts.add(cut)
    client.once('close', () => far.once('close', () => cuts.delete(cut)))
  })
  server.listen(0, at)
  await once(server, 'listening')
  const address = server.address()
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    passages,
    become(otherMs) {
      delayMs = otherMs
    },
    close() {
      server.close()
      for (const cut of cuts) cut()
    },
  }
}

/** Hands on all that happens at one end, in order: data in segments, the end, and a reset as such. */
function relay(from: Socket, to: Socket, put: (bytes: number, arrive: () => void) => void): void {
  from.on('data', (chunk: Buffer) => {
    for (let at = 0; at < chunk.length; at += SEGMENT_BYTES) {
      const segment = chunk.subarray(at, at + SEGMENT_BYTES)
      put(segment.length, () => to.write(segment))
    }
  })
  from.on('end', () => {
    put(0, () => to.end())
  })
  // Refused counts as reset: the line is made before it is known whether somebody listens there.
  from.on('error', () => {
    put(0, () => to.resetAndDestroy())
  })
}
