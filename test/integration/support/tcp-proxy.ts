import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'

/** What befalls a connection that goes through the proxy. */
export interface Fate {
  /** Cuts it when this many bytes have gone to the server, or have come from it. */
  readonly cutAfterIn?: number
  readonly cutAfterOut?: number
  /** By a reset, or by an orderly end. */
  readonly how?: 'reset' | 'end'
  /** Each chunk takes this long, each way. */
  readonly delayMs?: number
}

/** A TCP proxy on loopback, for what a network does to connections. */
export interface TcpProxy {
  readonly port: number
  /** How many connections there were. */
  readonly connections: number
  /** Bytes that went to the server, and came from it. */
  readonly carried: { readonly in: number; readonly out: number }
  /** Nothing goes through any more, nothing is closed: a host that fell silent. */
  silence(): void
  /** Cuts what is open. */
  cut(): void
  close(): void
}

/** `fate` tells what becomes of each connection, by its number from 0. */
export async function startProxy(
  to: number,
  fate: (number: number) => Fate = () => ({}),
  address: '127.0.0.1' | '::1' = '127.0.0.1',
): Promise<TcpProxy> {
  const open = new Set<Socket>()
  let connections = 0
  const carried = { in: 0, out: 0 }
  let silent = false
  const server = createServer({ noDelay: true }, (near) => {
    const { cutAfterIn = Infinity, cutAfterOut = Infinity, how = 'reset', delayMs = 0 } = fate(connections)
    connections += 1
    const far = connect({ host: '127.0.0.1', port: to, noDelay: true })
    const cut = (): void => {
      for (const socket of [near, far]) {
        if (how === 'reset') socket.resetAndDestroy()
        else {
          socket.end(() => {
            socket.destroySoon()
          })
        }
      }
    }
    carry('in', near, far, cutAfterIn)
    carry('out', far, near, cutAfterOut)

    function carry(way: 'in' | 'out', from: Socket, into: Socket, most: number): void {
      let left = most
      open.add(from)
      from.on('error', () => undefined)
      from.on('close', () => {
        open.delete(from)
        if (silent) return
        setTimeout(() => {
          into.destroySoon()
        }, delayMs)
      })
      from.on('data', (chunk: Buffer) => {
        if (silent) return
        const part = chunk.subarray(0, left)
        left -= part.length
        carried[way] += part.length
        const pass = (): void => {
          if (!into.destroyed) into.write(part)
          if (left === 0) cut()
        }
        if (delayMs === 0) pass()
        else setTimeout(pass, delayMs)
      })
    }
  })
  server.listen(0, address)
  await once(server, 'listening')
  const bound = server.address()
  return {
    port: typeof bound === 'object' && bound !== null ? bound.port : 0,
    get connections() {
      return connections
    },
    carried,
    silence() {
      silent = true
    },
    cut() {
      for (const socket of open) socket.resetAndDestroy()
    },
    close() {
      server.close()
      for (const socket of open) socket.destroy()
    },
  }
}
