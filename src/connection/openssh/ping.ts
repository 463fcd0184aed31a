import type { Mux } from './mux.ts'

const ANSWER_MS = 3000

/** Whether the machine still answers at all: it is asked for a session that nothing runs in, and whatever it says will do. */
export async function answers(mux: Mux): Promise<boolean> {
  return await new Promise<boolean>((resolve) => {
    const end = (alive: boolean): void => {
      clearTimeout(timer)
      resolve(alive)
      channel.close()
    }
    const timer = setTimeout(end, ANSWER_MS, false)
    const nothing = (): void => undefined
    const channel = mux.open('session', [], {
      ...{ data: nothing, stderr: nothing, request: nothing, answered: nothing, eof: nothing },
      opened() {
        end(true)
      },
      refused() {
        end(true)
      },
      closed() {
        end(false)
      },
    })
  })
}
