import { execFileSync, spawn } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import type { Server } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import ssh2 from 'ssh2'
import type { AuthContext } from 'ssh2'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createPool } from '../../../src/connection/pool.ts'
import type { Target } from '../../../src/connection/types.ts'
import { UnreachableError } from '../../../src/lib/errors.ts'
import { Secret } from '../../../src/lib/secret.ts'
import { makeKey, scratch, startServer } from './server.ts'
import type { TestServer } from './server.ts'

const directory = scratch()
let server: TestServer
let passwords: TestServer
let offered: string[] = []

beforeAll(async () => {
  server = await startServer({ allow: (context) => allow(context) })
  passwords = await startServer({
    methods: ['keyboard-interactive'],
    allow: (context) => {
      if (context.method !== 'keyboard-interactive') return false
      context.prompt([{ prompt: 'Password: ', echo: false }], (answers) => {
        if (answers[0] === 'right') context.accept()
        else context.reject(['keyboard-interactive'])
      })
      return undefined
    },
  })
})
afterAll(async () => {
  await server.stop()
  await passwords.stop()
})

/** Lets in whoever holds a key whose public part lies in the directory under a name that begins with `good`. */
function allow(context: AuthContext): boolean {
  if (context.method === 'password') return context.password === 'right'
  if (context.method !== 'publickey') return false
  const shown = context.key.data.toString('base64')
  offered.push(shown)
  const parsed = ssh2.utils.parseKey(`${context.key.algo} ${shown}`)
  if (parsed instanceof Error || !goodKeys.has(shown)) return false
  return (
    context.signature === undefined ||
    context.blob === undefined ||
    parsed.verify(context.blob, context.signature, context.hashAlgo)
  )
}
const goodKeys = new Set<string>()
const publicPart = (file: string): string => readFileSync(`${file}.pub`, 'utf8').split(' ')[1] ?? ''

function goodKey(name: string, ...options: readonly string[]): string {
  const file = makeKey(directory, name, ...options)
  goodKeys.add(publicPart(file))
  return file
}

async function attempt(wish: Partial<Target>, to = server): Promise<string> {
  const pool = createPool()
  offered = []
  try {
    const connection = await pool.connect(to.target(wish))
    const { stdout } = await connection.run({ label: 'try', script: 'echo in', timeoutSeconds: 5 })
    return stdout.trim()
  } catch (error) {
    return error instanceof UnreachableError ? error.describe() : `not an UnreachableError: ${String(error)}`
  } finally {
    pool.closeAll()
  }
}

describe('identity files', () => {
  test.each([
    ['ed25519', ['-t', 'ed25519']],
    ['ed25519 encrypted', ['-t', 'ed25519', '-N', 'phrase']],
    ['rsa', ['-t', 'rsa', '-b', '2048']],
    ['rsa encrypted', ['-t', 'rsa', '-b', '2048', '-N', 'phrase']],
    ['ecdsa 256', ['-t', 'ecdsa', '-b', '256']],
    ['ecdsa 521', ['-t', 'ecdsa', '-b', '521']],
    ['rsa PEM', ['-t', 'rsa', '-b', '2048', '-m', 'PEM']],
    ['rsa PEM encrypted', ['-t', 'rsa', '-b', '2048', '-m', 'PEM', '-N', 'phrase']],
    ['ecdsa PEM', ['-t', 'ecdsa', '-m', 'PEM']],
    ['rsa PKCS#8', ['-t', 'rsa', '-b', '2048', '-m', 'PKCS8']],
    ['rsa PKCS#8 encrypted', ['-t', 'rsa', '-b', '2048', '-m', 'PKCS8', '-N', 'phrase']],
    ['ecdsa PKCS#8', ['-t', 'ecdsa', '-m', 'PKCS8']],
    ['aes256-gcm', ['-t', 'ed25519', '-Z', 'aes256-gcm@openssh.com', '-N', 'phrase']],
  ])('%s', async (name, options) => {
    const file = goodKey(`good ${name}`, ...options)
    expect(await attempt({ identityFiles: [file], passphrase: new Secret('phrase') })).toBe('in')
  })

  test('ed25519 as PKCS#8, plain and encrypted', async () => {
    for (const cipher of [{}, { cipher: 'aes-256-cbc', passphrase: 'phrase' }]) {
      const { privateKey } = generateKeyPairSync('ed25519')
      const file = join(directory, `pkcs8-ed25519-${Object.keys(cipher).length}`)
      writeFileSync(file, privateKey.export({ type: 'pkcs8', format: 'pem', ...cipher }), { mode: 0o600 })
      const { x = '' } = privateKey.export({ format: 'jwk' })
      const length = (size: number): Buffer => Buffer.from([0, 0, 0, size])
      const blob = Buffer.concat([length(11), Buffer.from('ssh-ed25519'), length(32), Buffer.from(x, 'base64url')])
      goodKeys.add(blob.toString('base64'))
      expect(await attempt({ identityFiles: [file], passphrase: new Secret('phrase') })).toBe('in')
    }
  })

  test('several are tried in their order, and a broken one stops nothing', async () => {
    const wrong = makeKey(directory, 'wrong', '-t', 'ed25519')
    const good = goodKey('good-second', '-t', 'ed25519')
    expect(await attempt({ identityFiles: [wrong, '/nonexistent', good] })).toBe('in')
    expect([...new Set(offered)]).toEqual([publicPart(wrong), publicPart(good)])
  })

  test('what was tried, what could not be, and what the host accepts', async () => {
    const wrong = makeKey(directory, 'wrong-too', '-t', 'ed25519')
    const locked = makeKey(directory, 'locked', '-t', 'ed25519', '-N', 'phrase')
    const said = await attempt({ identityFiles: [wrong, locked, '/nonexistent'] })
    expect(said).toContain(`box: the host does not let tester in (tried: key ${wrong}; the host accepts: publickey`)
    expect(said).toContain(`${locked}: it needs a passphrase; /nonexistent: it cannot be read: ENOENT`)
    expect(said).toContain('HA_PROVISION_PASSPHRASE')
  })

  test('a wrong passphrase is told, and never shown', async () => {
    const locked = goodKey('good-locked', '-t', 'ed25519', '-N', 'phrase')
    const said = await attempt({ identityFiles: [locked], passphrase: new Secret('guess-me') })
    expect(said).toContain(`${locked}: the passphrase is wrong`)
    expect(said).not.toContain('guess-me')
  })

  test('a key encrypted in a way that cannot be read names the mend', async () => {
    const file = goodKey('good-chacha', '-t', 'ed25519', '-Z', 'chacha20-poly1305@openssh.com', '-N', 'phrase')
    const said = await attempt({ identityFiles: [file], passphrase: new Secret('phrase') })
    expect(said).toContain('it is encrypted with chacha20-poly1305@openssh.com')
    expect(said).toContain(`ssh-keygen -p -f ${file}`)
  })
})

describe('passwords', () => {
  test('right and wrong', async () => {
    expect(await attempt({ identityFiles: [], password: new Secret('right') }, passwords)).toBe('in')
    const said = await attempt({ identityFiles: [], password: new Secret('wrong-one') }, passwords)
    expect(said).toContain(
      'tried: keyboard-interactive; the host accepts: keyboard-interactive; the password was refused',
    )
    expect(said).not.toContain('wrong-one')
  })

  test('nothing to try', async () => {
    expect(await attempt({ identityFiles: [] })).toContain('(nothing could be tried; the host accepts: publickey)')
  })
})

describe('the agent', () => {
  const socket = join(directory, 'agent')
  const agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: 'ignore' })
  const add = (file: string): void => {
    execFileSync('ssh-add', ['-q', file], { env: { ...process.env, SSH_AUTH_SOCK: socket }, stdio: 'ignore' })
  }
  const junk = Array.from({ length: 6 }, (_, index) => makeKey(directory, `junk${index}`, '-t', 'ed25519'))
  const held = goodKey('good-held', '-t', 'rsa', '-b', '2048')
  beforeAll(async () => {
    for (let tries = 0; tries < 50 && !existsSync(socket); tries += 1) await sleep(50)
    ;[...junk, held].forEach(add)
  })
  afterAll(() => {
    agent.kill()
  })

  test('of its keys only that of the identity file is offered, known by the .pub beside it', async () => {
    const lonely = join(directory, 'lonely')
    writeFileSync(`${lonely}.pub`, readFileSync(`${held}.pub`))
    expect(await attempt({ agent: socket, identityFiles: [lonely] })).toBe('in')
    expect([...new Set(offered)]).toEqual([publicPart(held)])
  })

  test('it spares the passphrase of an encrypted file', async () => {
    const locked = goodKey('good-in-agent', '-t', 'ed25519')
    add(locked)
    execFileSync('ssh-keygen', ['-q', '-p', '-f', locked, '-P', '', '-N', 'phrase'])
    expect(await attempt({ agent: socket, identityFiles: [locked] })).toBe('in')
  })

  test('all its keys are offered where no identity file was named', async () => {
    expect(await attempt({ agent: socket, identityFiles: [], identitiesOnly: false })).toBe('in')
  })

  test('one that is not there is told', async () => {
    const said = await attempt({ agent: '/nonexistent', identityFiles: [] })
    expect(said).toContain('the agent at /nonexistent cannot be asked')
  })
})

describe('hosts that are not reached', () => {
  let mute: Server
  beforeAll(async () => {
    mute = createServer(() => undefined)
    await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve))
  })
  afterAll(() => mute.close())

  test('a closed port', async () => {
    const said = await attempt({ port: 1 })
    expect(said).toBe(
      'box: 127.0.0.1 port 1 cannot be reached: connect ECONNREFUSED 127.0.0.1:1\n  → nothing listens there: is sshd running, and is the port right?',
    )
  })

  test('one that accepts and says nothing', async () => {
    const address = mute.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    expect(await attempt({ port, connectTimeoutSeconds: 1 })).toContain('was not done within 1 s')
  })

  test('a name nobody knows', async () => {
    expect(await attempt({ host: 'no-such-host.invalid' })).toMatch(/cannot be reached: .*(ENOTFOUND|EAI_AGAIN)/)
  })

  test('not an SSH server', async () => {
    const web = createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'))
    await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve))
    const address = web.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    expect(await attempt({ port })).toContain('is it an SSH server?')
    web.close()
  })
})
