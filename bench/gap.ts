import { readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { z } from 'zod'
import { containerOf } from '../src/lab/containers.ts'
import { readLab } from '../src/lab/state.ts'

const CLIENT = fileURLToPath(new URL('gap-client.py', import.meta.url))
/** A request begins this often, in seconds. */
const INTERVAL = 0.02

const measured = z.object({
  requests: z.number(),
  failed: z.number(),
  /** Seconds in which no request was answered. */
  gap: z.number(),
  gapAt: z.number(),
  median: z.number().nullable(),
  slowest: z.number().nullable(),
  errors: z.record(z.string(), z.number()),
})

/** What a client of the VIP noticed. */
export type Gap = z.infer<typeof measured>

/**
 * Asks through the VIP every 20 ms for `seconds`, from a stand-in API server of the lab (a forwarded channel would measure the
 * bastion too), and does something in the middle of it. Returns what a client noticed.
 */
export async function measureGap(seconds: number, during: () => Promise<unknown>): Promise<Gap> {
  const lab = await readLab()
  const client = execa(
    'docker',
    ['exec', '-i', containerOf(lab, 'api3'), 'python3', '-', lab.vip, '6443', String(seconds), String(INTERVAL)],
    { input: await readFile(CLIENT, 'utf8'), timeout: (seconds + 30) * 1000 },
  )
  const lines: string[] = []
  const ready = new Promise<void>((resolve, reject) => {
    void (async () => {
      for await (const line of client) {
        lines.push(line)
        if (line === 'ready') resolve()
      }
      reject(new Error('the VIP never answered'))
    })().catch(reject)
  })
  await ready
  await sleep(1000)
  await during()
  await client
  return measured.parse(JSON.parse(lines.at(-1) ?? ''))
}
