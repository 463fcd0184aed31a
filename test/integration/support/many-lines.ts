import { createHash } from 'node:crypto'
import { seeded } from './delay-line.ts'

const LINE_BYTES = 64

/** So many bytes of lines that are not alike, the same for each seed. */
export function manyLines(seed: number, bytes: number): string {
  const random = seeded(seed)
  const line = (): string => `${String(random()).slice(2).padEnd(LINE_BYTES, 'x').slice(1, LINE_BYTES)}\n`
  return Array.from({ length: bytes / LINE_BYTES }, line).join('')
}

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
