import { createServer, type Server } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

/**
 * Loopback ports that stand for what only one lab of this machine does at a time. A port that is listened on is a lock
 * that every user sees and that no killed process leaves behind.
 */
const ports = { images: 21_998, networks: 21_999 } as const

/**
 * Does something while no other process holds the same lock. It saves work and spares a retry, no more: after `seconds`
 * the work is done without it, since the port may be somebody else's.
 */
export async function withLock<T>(what: keyof typeof ports, seconds: number, work: () => Promise<T>): Promise<T> {
  const deadline = Date.now() + seconds * 1000
  let lock = await listen(ports[what])
  while (lock === undefined && Date.now() < deadline) {
    await sleep(250)
    lock = await listen(ports[what])
  }
  try {
    return await work()
  } finally {
    lock?.close()
  }
}

function listen(port: number): Promise<Server | undefined> {
  return new Promise((resolve) => {
    const server = createServer((socket) => socket.destroy())
    server.once('error', () => {
      resolve(undefined)
    })
    server.listen(port, '127.0.0.1', () => {
      resolve(server)
    })
  })
}
