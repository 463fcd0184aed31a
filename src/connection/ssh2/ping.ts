import type { Client } from 'ssh2'

const ANSWER_MS = 3000

/** Whether the machine still answers at all: it is asked to end a forwarding that there is not, and whatever it says will do. */
export async function answers(client: Client): Promise<boolean> {
  return await new Promise<boolean>((resolve) => {
    const timer = setTimeout(resolve, ANSWER_MS, false)
    try {
      client.unforwardIn('127.0.0.1', 0, () => {
        clearTimeout(timer)
        resolve(true)
      })
    } catch {
      // ssh2 throws at once when the connection has ended already.
      clearTimeout(timer)
      resolve(false)
    }
  })
}
