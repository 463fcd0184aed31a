import { HaError } from '../lib/errors.ts'
import { pause, type Waiting, withLock } from './machine-lock.ts'
import { holderOf } from './subnet.ts'

const minutes = 10

/**
 * Does work that makes networks while no other lab makes any, and, where it needs certain subnets, once no other lab has
 * one: Docker gives a subnet out once. The network itself is the lock, so it is held as long as that lab is up.
 * Throws an HaError that names the holder after ten minutes, and an InterruptedError when `signal` ends the wait.
 */
export async function inTurn<T>(
  subnets: readonly string[],
  project: string,
  waiting: Waiting,
  work: () => Promise<T>,
): Promise<T> {
  const deadline = Date.now() + minutes * 60_000
  const told = new Set<string>()
  for (;;) {
    const turn = await withLock('networks', 60, waiting, async () => {
      const holders = await Promise.all(subnets.map((subnet) => holderOf(subnet, project)))
      const holder = holders.find((one) => one !== undefined)
      return holder === undefined ? { result: await work() } : { holder }
    })
    if (turn.holder === undefined) return turn.result
    if (Date.now() > deadline) {
      throw new HaError(`${subnets.join(', ')} is still in use by ${turn.holder} after ${minutes} minutes`, {
        where: 'lab',
        mend: 'let it end, or take it down there (ha-provision lab down --all)',
      })
    }
    if (!told.has(turn.holder))
      waiting.say(`${subnets.join(', ')} is in use by ${turn.holder}: waiting up to ${minutes} minutes`)
    told.add(turn.holder)
    await pause(1000, waiting.signal)
  }
}
