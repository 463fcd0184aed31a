import { appendFileSync, mkdirSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { UnreachableError } from '../../lib/errors.ts'
import type { Endpoint } from '../types.ts'

/** The text of a known_hosts file; none where there is no such file. */
export function readText(file: string, endpoint: Endpoint): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return ''
    const why = cause instanceof Error ? cause.message : String(cause)
    const mend = 'connection.known_hosts names files, not folders'
    throw new UnreachableError(`${file} cannot be read: ${why}`, { where: endpoint.name, mend, cause })
  }
}

/** Adds a line in one write, at the end that the file has then: many processes may do so at once. */
export function appendLine(file: string, endpoint: Endpoint, line: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  const before = readText(file, endpoint)
  const gap = before === '' || before.endsWith('\n') ? '' : '\n'
  appendFileSync(file, `${gap}${line}\n`, { mode: 0o600 })
}

export function unwritableError(file: string, endpoint: Endpoint, cause: unknown): UnreachableError {
  const mend = 'make the file writable, or name another one in connection.known_hosts'
  return new UnreachableError(`the new host key cannot be written to ${file}`, { where: endpoint.name, mend, cause })
}
