import { createServer } from 'node:net'
import { HaError } from '../lib/errors.ts'
import { stableNumber } from './layout.ts'

const first = 22_000
const count = 2000

/** The loopback ports a checkout tries for its bastion, the preferred one first. */
export function portCandidates(checkout: string): number[] {
  const start = stableNumber(`${checkout} port`, count)
  return Array.from({ length: 50 }, (_, step) => first + ((start + step) % count))
}

/** The first of the candidates that nobody listens on. Throws an HaError when all are in use. */
export async function freePort(candidates: readonly number[]): Promise<number> {
  for (const port of candidates) if (await isFree(port)) return port
  throw new HaError(`no free port among ${candidates.slice(0, 3).join(', ')} …`, { where: 'lab' })
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => {
      resolve(false)
    })
    server.listen(port, '127.0.0.1', () => {
      server.close(() => {
        resolve(true)
      })
    })
  })
}
