import { setTimeout as sleep } from 'node:timers/promises'
import { HaError } from '../lib/errors.ts'

/** Tries every 100 ms until `done` says true. Throws an HaError after the deadline. */
export async function until(what: string, seconds: number, done: () => Promise<boolean>, mend?: string): Promise<void> {
  const deadline = Date.now() + seconds * 1000
  while (!(await done())) {
    if (Date.now() > deadline) throw new HaError(`${what}: not after ${seconds} s`, { where: 'lab', mend })
    await sleep(100)
  }
}
