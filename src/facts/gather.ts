import { randomBytes } from 'node:crypto'
import type { Connection } from '../connection/types.ts'
import { HostError } from '../lib/errors.ts'
import { parseFacts } from './parse.ts'
import { factsScript } from './script.ts'
import type { Facts } from './types.ts'

/** Asks a host what it is: one execution that changes nothing. */
export async function gather(connection: Connection): Promise<Facts> {
  const marker = randomBytes(12).toString('hex')
  const result = await connection.run({
    label: 'facts',
    script: factsScript(marker),
    timeoutSeconds: 30,
    repeatable: true,
    followed: true,
  })
  if (result.stdout === '') {
    throw new HostError(`the facts script printed nothing (exit status ${result.code}): ${result.stderr.trim()}`, {
      where: connection.name,
    })
  }
  return parseFacts(connection.name, result.stdout, marker)
}
