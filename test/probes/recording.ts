import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse, stringify } from 'yaml'
import { z } from 'zod'

/** Where recorded outputs are: a folder an image, a file a probe and state. */
export const RECORDED = join(import.meta.dirname, '../golden/probes')

/** An output as a real host of the lab printed it, and what we make of it. */
const schema = z.strictObject({
  /** The lab's image, and whether it is a stand-in of what it calls itself. */
  image: z.string(),
  made: z.string(),
  /** What was installed there when it was recorded. */
  versions: z.record(z.string(), z.string()),
  platform: z.string(),
  stage: z.string(),
  probe: z.string(),
  command: z.string(),
  output: z.string(),
  read: z.unknown(),
})
export type Recording = z.infer<typeof schema>

/** What a JSON round trip leaves of a value: secrets as masks, no undefined. */
export function plain(value: unknown): unknown {
  const parsed: unknown = JSON.parse(JSON.stringify(value ?? null))
  return parsed
}

export function render(recording: Recording): string {
  return stringify(recording, { lineWidth: 0 })
}

export function readRecordings(): readonly { readonly file: string; readonly recording: Recording }[] {
  return readdirSync(RECORDED, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.yaml'))
    .toSorted()
    .map((file) => ({ file, recording: schema.parse(parse(readFileSync(join(RECORDED, file), 'utf8'))) }))
}
