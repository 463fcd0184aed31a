import { createServer, type Server } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { InterruptedError } from '../lib/errors.ts'
import type { Say } from './say.ts'

/**
 * Loopback ports that stand for what only one lab of this machine does at a time. A port that is listened on is a lock
 * that every user sees and that no killed process leaves behind.
 */
const ports = { images: 21_998, networks: 21_999 } as const

/** How a wait for another lab is told, and ended before its time. */
export interface Waiting {
  readonly say: Say
  readonly signal: AbortSignal | undefined
}

/**
 * Does something while no other process holds the same lock. It saves work and spares a retry, no more: after `seconds`
 * the work is done without it, since the port may be somebody else's. Throws an InterruptedError when the signal ends the wait.
 */
export async function withLock<T>(
  what: keyof typeof ports,
  seconds: number,
  { say, signal }: Waiting,
  work: () => Promise<T>,
): Promise<T> {
  const deadline = Date.now() + seconds * 1000
  let lock = await listen(ports[what])
  if (lock === undefined) say(`another lab of this machine is making ${what}: waiting for it up to ${seconds} s`)
  while (lock === undefined && Date.now() < deadline) {
    await pause(250, signal)
    lock = await listen(ports[what])
  }
  try {
    return await work()
  } finally {
    lock?.close()
  }
}

/** Waits so many milliseconds. Throws an InterruptedError when the signal ends the wait. */
export async function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  await sleep(milliseconds, undefined, { signal }).catch(() => {
    throw new InterruptedError('interrupted while waiting for another lab', { where: 'lab' })
  })
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
