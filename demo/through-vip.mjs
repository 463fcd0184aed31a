// Requests through the VIP as a client sees them: from the jump host, by a forwarded channel of its SSH connection.
// Nothing of the lab has to be routable from this machine.
import { setTimeout as sleep } from 'node:timers/promises'
import { Targets } from '../dist/cli/targets.js'
import { createPool } from '../dist/connection/pool.js'
import { ask } from '../dist/engine/ask.js'
import { loadInventory } from '../dist/inventory/load.js'

const EVERY = 20

/** Opens the way to the VIP of an inventory. Close it when done. */
export async function openWay(file) {
  const { inventory } = await loadInventory(file)
  const [vip] = inventory.vips
  const [host] = inventory.loadBalancers
  const port = inventory.haproxy.frontends[0].binds[0].port
  const pool = createPool()
  // The connection to a host opens the one to the jump host, which is the one that is used.
  const { reachable } = await new Targets(inventory).of([host])
  const [{ target }] = reachable
  await pool.connect(target)
  const dial = (address, to) => pool.dial(target.jumps, address, to)
  return {
    url: `https://${vip.address}:${port}/`,
    request: () => ask(dial, { address: vip.address, port, protocol: 'https', path: '/' }),
    close: () => pool.closeAll(),
  }
}

/** Which server answered; undefined when none did. */
export function serverOf(reply) {
  return reply.kind === 'answered' && reply.status === 200 ? JSON.parse(reply.body).server : undefined
}

/**
 * A request every 20 ms from now until the service has answered for a second after `disturb`, or for `most` milliseconds.
 * Returns the longest time between two answers, in milliseconds, and how many requests had none.
 */
export async function longestGap(request, disturb, most = 20_000) {
  const answers = []
  let [sent, failed, lastFailure] = [0, 0, 0]
  const timer = setInterval(async () => {
    sent += 1
    if (serverOf(await request()) !== undefined) answers.push(performance.now())
    else [failed, lastFailure] = [failed + 1, performance.now()]
  }, EVERY)
  try {
    await sleep(1000)
    await disturb()
    const since = performance.now()
    const healthy = () => performance.now() - Math.max(since, lastFailure) > 3000 && answers.at(-1) > since
    while (!healthy()) {
      if (performance.now() - since > most) throw new Error(`the VIP did not answer again within ${most / 1000} s`)
      await sleep(100)
    }
  } finally {
    clearInterval(timer)
  }
  const gap = Math.max(...answers.slice(1).map((at, index) => at - answers[index]))
  return { gap, sent, failed }
}
