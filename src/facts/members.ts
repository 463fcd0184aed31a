import { z } from 'zod'
import type { Member } from './types.ts'

const schema = z.array(z.object({ name: z.string(), address: z.string(), host: z.string(), port: z.number() }))

/** The members a run wrote down on this host; undefined when there are none or the file is not ours to read. */
export function parseMembers(json: string): readonly Member[] | undefined {
  if (json === '') return undefined
  try {
    const parsed = schema.safeParse(JSON.parse(json))
    return parsed.success ? parsed.data : undefined
  } catch {
    return undefined
  }
}

/** The text of the file that remembers the members. */
export function renderMembers(members: readonly Member[]): string {
  return `${JSON.stringify(members, undefined, 2)}\n`
}
