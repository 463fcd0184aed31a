import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createPool } from '../../../src/connection/pool.ts'
import type { Target } from '../../../src/connection/types.ts'
import { UnreachableError } from '../../../src/lib/errors.ts'
import { makeKey, scratch, startServer } from './server.ts'
import type { TestServer } from './server.ts'

const directory = scratch()
const keys = ['ed25519', 'ecdsa', 'rsa'].map((type) => makeKey(directory, `host-${type}`, '-t', type))
const [ed25519 = '', ecdsa = '', rsa = ''] = keys
const other = makeKey(directory, 'other', '-t', 'ed25519')
let server: TestServer
let count = 0

beforeAll(async () => {
  server = await startServer({ hostKeys: keys })
})
afterAll(async () => {
  await server.stop()
})

const publicKey = (file: string): string => readFileSync(`${file}.pub`, 'utf8').split(' ').slice(0, 2).join(' ')
const printed = (file: string): string =>
  execFileSync('ssh-keygen', ['-lf', `${file}.pub`], { encoding: 'utf8' }).split(' ')[1] ?? ''

function file(...lines: readonly string[]): string {
  count += 1
  const path = join(directory, `known_hosts-${count}`)
  writeFileSync(path, lines.map((line) => `${line}\n`).join(''))
  return path
}

async function attempt(
  knownHosts: readonly string[],
  hostKeyPolicy: Target['hostKeyPolicy'] = 'strict',
): Promise<string> {
  const pool = createPool()
  try {
    await pool.connect(server.target({ knownHosts, hostKeyPolicy }))
    return 'in'
  } catch (error) {
    return error instanceof UnreachableError ? error.describe() : `not an UnreachableError: ${String(error)}`
  } finally {
    pool.closeAll()
  }
}

const name = (): string => `[127.0.0.1]:${server.port}`

test.each([ed25519, ecdsa, rsa])('a host known by one type of key shows that one: %s', async (key) => {
  expect(await attempt([file(`${name()} ${publicKey(key)}`)])).toBe('in')
})

test('the second file counts too', async () => {
  expect(await attempt([join(directory, 'missing'), file(`${name()} ${publicKey(rsa)}`)])).toBe('in')
})

test('an unknown key is refused with its fingerprint and the line to add', async () => {
  const path = file()
  const said = await attempt([path])
  expect(said).toContain(`${name()} is not in known_hosts; it shows the ED25519 key ${printed(ed25519)}`)
  expect(said).toContain(`echo '${name()} ${publicKey(ed25519)}' >> ${path}`)
  expect(readFileSync(path, 'utf8')).toBe('')
})

test('accept-new writes it as ssh does, and then it is known', async () => {
  const path = join(directory, 'new', 'known_hosts')
  expect(await attempt([path], 'accept-new')).toBe('in')
  expect(readFileSync(path, 'utf8')).toBe(`${name()} ${publicKey(ed25519)}\n`)
  expect([statSync(path).mode & 0o777, statSync(join(directory, 'new')).mode & 0o777]).toEqual([0o600, 0o700])
  expect(await attempt([path])).toBe('in')
})

test('accept-new starts a new line where the file does not end with one', async () => {
  const path = file()
  writeFileSync(path, `elsewhere ${publicKey(other)}`)
  expect(await attempt([path], 'accept-new')).toBe('in')
  expect(readFileSync(path, 'utf8')).toBe(`elsewhere ${publicKey(other)}\n${name()} ${publicKey(ed25519)}\n`)
})

test('many at once write one line', async () => {
  const path = file()
  const pool = createPool()
  const targets = Array.from(
    { length: 20 },
    async () => await pool.connect(server.target({ knownHosts: [path], hostKeyPolicy: 'accept-new' })),
  )
  await Promise.all(targets)
  pool.closeAll()
  expect(readFileSync(path, 'utf8')).toBe(`${name()} ${publicKey(ed25519)}\n`)
})

test.each(['strict', 'accept-new'] as const)(
  'a changed key is refused with both fingerprints and the old line: %s',
  async (policy) => {
    const path = file('# one', `${name()} ${publicKey(other)}`)
    const said = await attempt([path], policy)
    expect(said).toContain(
      `it shows the ED25519 key ${printed(ed25519)}; known is the ED25519 key ${printed(other)} (${path}:2)`,
    )
    expect(said).toContain(`ssh-keygen -f ${path} -R '${name()}'`)
  },
)

test('a revoked key is refused, accept-new or not', async () => {
  const path = file(`@revoked * ${publicKey(ed25519)}`)
  expect(await attempt([path], 'accept-new')).toContain(
    `shows a revoked key: the ED25519 key ${printed(ed25519)} (${path}:1)`,
  )
})

test('what cannot be written is told', async () => {
  expect(existsSync('/proc/known_hosts')).toBe(false)
  expect(await attempt(['/proc/known_hosts'], 'accept-new')).toContain(
    'the new host key cannot be written to /proc/known_hosts',
  )
})

test('a known_hosts that is no file is told', async () => {
  expect(await attempt([directory])).toContain('cannot be read: EISDIR')
})
