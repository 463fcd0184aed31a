import type { ServerChannel } from 'ssh2'
import { expect, test } from 'vitest'
import { BecomeRefusedError } from '../../../src/connection/execution/become-refused.ts'
import { createPool } from '../../../src/connection/pool.ts'
import { HostError } from '../../../src/lib/errors.ts'
import { Secret } from '../../../src/lib/secret.ts'
import { startServer } from './server.ts'

const whoami = { label: 'who', script: 'id -un', timeoutSeconds: 5 }

/** The prompt and the mark that a command line asks for. */
function parse(line: string): { nonce: string | undefined; mark: string } {
  return { nonce: /sudo -S -p ([0-9a-f]{24}) /.exec(line)?.[1], mark: /sh ([0-9a-f]{24})$/.exec(line)?.[1] ?? '' }
}

/** What sudo did, seen from the channel: asks until `password` is answered, then prints the mark and what came on stdin. */
function sudo(channel: ServerChannel, line: string, password: string, seen: string[]): void {
  const { nonce, mark } = parse(line)
  let begun = false
  const begin = (): void => {
    begun = true
    channel.stderr.write(`${mark}\n`)
    channel.write(`${mark}\n`)
  }
  channel.on('data', (chunk: Buffer) => {
    seen.push(chunk.toString())
    if (begun) {
      channel.stderr.write(`${mark}\n`)
      channel.write(`root\n${mark}\n`)
      channel.exit(0)
      channel.close()
    } else if (chunk.toString() === `${password}\n`) begin()
    else channel.stderr.write(`\nSorry, try again.\n${nonce ?? ''}`)
  })
  channel.stderr.write(`${nonce ?? ''}:\n`)
  if (password === '') begin()
  else channel.stderr.write(`We trust you have received the usual lecture.\n${nonce ?? ''}`)
}

async function withSudo(
  password: string,
  given: string,
  times: number,
): Promise<{ outcomes: unknown[]; seen: string[]; lines: string[] }> {
  const seen: string[] = []
  const server = await startServer({
    exec: (channel, line) => {
      sudo(channel, line, password, seen)
    },
  })
  const pool = createPool()
  const host = await pool.connect(server.target({ become: 'sudo', becomePassword: new Secret(given) }))
  const settled = await Promise.allSettled(Array.from({ length: times }, async () => await host.run(whoami)))
  pool.closeAll()
  await server.stop()
  const outcomes = settled.map((one): unknown => (one.status === 'fulfilled' ? one.value : one.reason))
  return { outcomes, seen, lines: server.commandLines }
}

test('the prompt is answered, then the script goes in, and neither prompt nor lecture is the script’s output', async () => {
  const { outcomes, seen, lines } = await withSudo('right', 'right', 1)
  expect(outcomes).toEqual([{ code: 0, stdout: 'root\n', stderr: '' }])
  expect(seen).toEqual(['right\n', '{ :\nid -un\n} </dev/null; exit\n'])
  expect(lines.join('')).not.toContain('right')
})

test('where sudo does not ask, the password does not go in', async () => {
  const { seen } = await withSudo('', 'right', 1)
  expect(seen.join('')).not.toContain('right')
})

test('a wrong password is tried once for the connection, however many commands wait', async () => {
  const { outcomes, seen } = await withSudo('right', 'wrong-one', 8)
  expect(seen).toEqual(['wrong-one\n'])
  expect(outcomes.every((error) => error instanceof BecomeRefusedError)).toBe(true)
  expect(outcomes.map(String).join('')).not.toContain('wrong-one')
})

test.each([
  ['sudo: a password is required\n', 'sudo asks user tester for a password', '--ask-become-password'],
  ['tester is not in the sudoers file.\n', 'user tester may not use sudo', '/etc/sudoers.d/tester'],
  ['sh: 1: exec: sudo: not found\n', 'sudo is not installed', 'connection.user: root'],
  ['sudo: sorry, you must have a tty to run sudo\n', 'wants a terminal', '!requiretty'],
  ['sh: 1: exec: timeout: not found\n', 'a basic command is missing', 'coreutils'],
  ['something else\n', 'the host did not begin it (exit status 1)', 'something else'],
])('%j is explained', async (said, what, mend) => {
  const server = await startServer({
    exec: (channel) => {
      channel.stderr.write(said)
      channel.exit(1)
      channel.close()
    },
  })
  const pool = createPool()
  const host = await pool.connect(server.target({ become: 'sudo' }))
  const error: unknown = await host.run(whoami).catch((thrown: unknown) => thrown)
  const text = error instanceof HostError ? error.describe() : String(error)
  expect(text).toContain(mend)
  expect(text).toContain(what.replace('wants', 'is set up to want'))
  pool.closeAll()
  await server.stop()
})
