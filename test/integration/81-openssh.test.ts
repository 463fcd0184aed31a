import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { Answers } from '../../src/connection/credentials/answers.ts'
import { ForwardError } from '../../src/connection/forward-error.ts'
import type { Exit, Link } from '../../src/connection/link.ts'
import { OpensshTransport } from '../../src/connection/openssh/transport.ts'
import { type Pool, createPool } from '../../src/connection/pool.ts'
import { Ssh2Transport } from '../../src/connection/ssh2/transport.ts'
import type { Connection, Target } from '../../src/connection/types.ts'
import { HaError, HostError, UnreachableError } from '../../src/lib/errors.ts'
import { Secret } from '../../src/lib/secret.ts'
import { type Server, type SshBox, makeKey, startBox } from './support/ssh-box.ts'

type Wish = Partial<Target>

const whoami = { label: 'id', script: 'id -un', timeoutSeconds: 20 }
const MEGABYTES = 5 * 2 ** 20

let box: SshBox
let pool: Pool
let openssh: Server
let dropbear: Server
let busybox: Server
let closed: Server
let passwords: Server
let questions: Server
let inner: Server

beforeAll(async () => {
  box = await startBox('openssh')
  openssh = await box.server('openssh')
  dropbear = await box.server('dropbear', { kind: 'dropbear' })
  busybox = await box.server('busybox', { kind: 'busybox' })
  closed = await box.server('closed', { settings: ['AllowTcpForwarding no'] })
  passwords = await box.server('passwords', {
    settings: ['PasswordAuthentication yes', 'KbdInteractiveAuthentication no', 'PubkeyAuthentication no'],
  })
  questions = await box.server('questions', {
    settings: ['PasswordAuthentication no', 'KbdInteractiveAuthentication yes', 'PubkeyAuthentication no'],
  })
  inner = await box.server('inner', { hidden: true, settings: ['RekeyLimit 1M'] })
})
afterAll(async () => {
  await box.remove()
})
afterEach(() => {
  pool.closeAll()
})

const TRANSPORTS = {
  ssh2: () => new Ssh2Transport(new Answers(undefined)),
  openssh: () => new OpensshTransport(new Answers(undefined)),
}

/** What a channel says and how it ends, without the session around it. */
async function raw(
  link: Link,
  commandLine: string,
  terminal: boolean,
): Promise<{ said: string; exit: Exit | undefined }> {
  return await new Promise((resolve, reject) => {
    let said = ''
    let exit: Exit | undefined
    const take = (chunk: Buffer): void => {
      said += chunk.toString()
    }
    link
      .exec(commandLine, { timeoutSeconds: 10, terminal }, (channel) => {
        channel.listen({
          stdout: take,
          stderr: take,
          exit: (seen) => {
            exit = seen
          },
          close: () => {
            resolve({ said, exit })
          },
        })
        channel.write('typed\n')
      })
      .catch(reject)
  })
}

async function tellError(promise: Promise<unknown>): Promise<HaError> {
  try {
    await promise
  } catch (error) {
    if (error instanceof HaError) return error
    throw error
  }
  throw new Error('it did not fail')
}

describe.each(['ssh2', 'openssh'] as const)('by %s', (transport) => {
  const to = (server: Server, wish: Wish = {}): Target => box.target(server, { transport, ...wish })
  const within = (server: Server, wish: Wish = {}): Target => box.insideTarget(server, { transport, ...wish })
  const connect = async (target: Target): Promise<Connection> => {
    pool = createPool()
    return await pool.connect(target)
  }
  const failure = async (target: Target): Promise<string> => {
    const error = await tellError(connect(target))
    expect(error).toBeInstanceOf(UnreachableError)
    return error.describe()
  }
  const run = async (connection: Connection, script: string, timeoutSeconds = 30) =>
    await connection.run({ label: 'try', script, timeoutSeconds })

  describe('a command', () => {
    it('has an exit status, stdout and stderr; 255 is one like another', async () => {
      const connection = await connect(to(openssh))
      for (const code of [0, 3, 255]) {
        const result = await run(connection, `echo out; echo err >&2; exit ${code}`)
        expect(result).toEqual({ code, stdout: 'out\n', stderr: 'err\n' })
      }
    })

    it('on dropbear', async () => {
      const connection = await connect(to(dropbear))
      expect(await run(connection, 'id -un; exit 255')).toEqual({ code: 255, stdout: 'root\n', stderr: '' })
    })

    it('that a signal ended', async () => {
      const connection = await connect(to(openssh))
      await expect(run(connection, 'kill -KILL $$')).rejects.toThrow('was killed by SIGKILL')
    })

    it('whose whole session a signal ended', async () => {
      const connection = await connect(to(openssh, { become: 'none' }))
      await expect(run(connection, 'kill -KILL $(ps -o ppid= -p $PPID) $PPID; sleep 5')).rejects.toThrow(HostError)
      expect((await run(connection, 'echo on')).stdout).toBe('on\n')
    })

    it('whose shell a signal ended, and one with a terminal that echoes nothing', async () => {
      const link = await TRANSPORTS[transport]().connect(to(openssh), undefined)
      expect(await raw(link, 'kill -KILL $$', false)).toEqual({ said: '', exit: { code: null, signal: 'SIGKILL' } })
      const typed = await raw(link, 'tty; read -r line; echo "got $line"; exit 7', true)
      expect(typed.said).toMatch(/^\/dev\/pts\/\d+\r\ngot typed\r\n$/)
      expect(typed.exit).toEqual({ code: 7, signal: undefined })
      link.close()
    })

    it('with 5 MB in and out, the keys changed underway', async () => {
      const connection = await connect(within(inner, { jumps: [to(openssh)] }))
      const big = 'x'.repeat(MEGABYTES)
      const result = await run(
        connection,
        `cat <<'END' | wc -c\n${big}\nEND\nhead -c ${MEGABYTES} /dev/zero | tr '\\0' y`,
      )
      const [size, ...rest] = result.stdout.split('\n')
      expect(size?.trim()).toBe(String(MEGABYTES + 1))
      expect(rest.join('\n') === 'y'.repeat(MEGABYTES)).toBe(true)
    })

    it('with both streams large at once', async () => {
      const connection = await connect(to(openssh))
      const large = (letter: string): string => `head -c 3000000 /dev/zero | tr '\\0' ${letter}`
      const result = await run(connection, `${large('o')} & ${large('e')} >&2; wait`)
      expect(result.stdout === 'o'.repeat(3_000_000)).toBe(true)
      expect(result.stderr === 'e'.repeat(3_000_000)).toBe(true)
    })

    it('is killed on the host at its deadline', async () => {
      const connection = await connect(to(openssh))
      await expect(run(connection, 'sleep 4711', 1)).rejects.toThrow('did not finish within 1 s')
      const gone = 'for i in $(seq 50); do pgrep -f "^sleep 4711" >/dev/null || exit 0; sleep 0.1; done; exit 1'
      expect(await run(connection, gone)).toMatchObject({ code: 0 })
    })

    it('in parallel with others', async () => {
      const connection = await connect(to(openssh))
      const numbers = Array.from({ length: 10 }, (_, index) => index)
      const results = await Promise.all(numbers.map(async (n) => await run(connection, `sleep 0.1; echo ${n}`)))
      expect(results.map(({ stdout }) => Number(stdout))).toEqual(numbers)
    })

    it('that goes on is sent lines and tells lines, until it is closed', async () => {
      const connection = await connect(to(openssh))
      const script = 'while read -r line; do echo "got $line"; done; echo end'
      const running = await connection.start({ label: 'talk', script, timeoutSeconds: 60 })
      running.send('one')
      const heard: string[] = []
      for await (const line of running.lines) {
        heard.push(line)
        if (line === 'got one') running.send('two')
        if (line === 'got two') void running.close()
      }
      expect(heard).toEqual(['got one', 'got two', 'end'])
      expect((await running.done).code).toBe(0)
    })

    it('is one of 24 at once, which sshd with its usual MaxSessions all runs', async () => {
      const connection = await connect(to(openssh))
      const numbers = Array.from({ length: 24 }, (_, index) => index)
      const results = await Promise.all(numbers.map(async (n) => await run(connection, `echo ${n}`)))
      expect(results.map(({ stdout }) => Number(stdout))).toEqual(numbers)
    })

    it('whose host vanishes is a lost connection', async () => {
      const server = await box.server(`mortal-${transport}`)
      const connection = await connect(to(server))
      const running = run(connection, 'sleep 60')
      const told = tellError(running)
      await sleep(500)
      await box.stop(server)
      const error = await told
      expect(error).toBeInstanceOf(UnreachableError)
      expect(error.describe()).toContain('connection lost while “try” ran')
    })
  })

  describe('a forward', () => {
    it('is open when the far end is, and carries both ways', async () => {
      const connection = await connect(to(openssh))
      const stream = await connection.forward('127.0.0.1', dropbear.inside)
      const hello: unknown[] = await once(stream, 'data')
      expect(String(hello[0])).toMatch(/^SSH-2\.0-dropbear/)
      stream.write('SSH-2.0-nobody\r\n')
      stream.end()
      await text(stream)
    })

    it('carries 5 MB through a slow reader', async () => {
      const connection = await connect(to(openssh))
      const serve = `head -c ${MEGABYTES} /dev/zero | busybox nc -l -p 4711 127.0.0.1`
      const server = run(connection, serve)
      await run(
        connection,
        "for i in $(seq 50); do grep -q ':1267 0*:0000 0A' /proc/net/tcp && exit 0; sleep 0.1; done; exit 1",
      )
      const stream = await connection.forward('127.0.0.1', 4711)
      let size = 0
      for await (const chunk of stream) {
        size += Buffer.byteLength(String(chunk))
        if (size < 2 ** 20) await sleep(5)
      }
      expect(size).toBe(MEGABYTES)
      await server
    })

    it.each([
      ['refused', '127.0.0.1', 1, 'failed', 'cannot reach 127.0.0.1:1 from there'],
      [
        'to a name nobody knows',
        'no-such-host.invalid',
        22,
        'failed',
        'cannot reach no-such-host.invalid:22 from there',
      ],
    ] as const)('%s', async (_what, address, port, reason, words) => {
      const connection = await connect(to(openssh))
      const error = await tellError(connection.forward(address, port))
      expect(error).toBeInstanceOf(ForwardError)
      expect(error).toMatchObject({ reason, where: 'openssh' })
      expect(error.message).toContain(words)
    })

    it('that the sshd prohibits', async () => {
      const connection = await connect(to(closed))
      const error = await tellError(connection.forward('127.0.0.1', 22))
      expect(error).toMatchObject({ reason: 'prohibited', message: 'its sshd does not forward connections' })
    })

    it('to an IPv6 address', async () => {
      const connection = await connect(to(openssh))
      const stream = await connection.forward('::1', openssh.inside)
      const hello: unknown[] = await once(stream, 'data')
      expect(String(hello[0])).toMatch(/^SSH-2\.0-OpenSSH/)
      stream.destroy()
    })
  })

  describe('through jump hosts', () => {
    it.each([
      ['OpenSSH', (): Target[] => [to(openssh)]],
      ['dropbear', (): Target[] => [to(dropbear)]],
      ['BusyBox without a shell', (): Target[] => [to(busybox, { user: 'jump' })]],
      ['dropbear and then BusyBox', (): Target[] => [to(dropbear), within(busybox, { user: 'jump' })]],
    ])('%s', async (_what, jumps) => {
      const connection = await connect(within(inner, { host: 'inside.lab', jumps: jumps() }))
      expect((await connection.run(whoami)).stdout).toBe('root\n')
    })

    it('one TCP connection to the jump host serves five targets', async () => {
      const jump = await box.server(`jump-${transport}`)
      pool = createPool()
      const target = within(inner, { jumps: [to(jump)] })
      const connections = await Promise.all(Array.from({ length: 5 }, async () => await pool.connect(target)))
      await Promise.all(connections.map(async (connection) => await connection.run(whoami)))
      const accepted = (await box.log(jump)).split('\n').filter((line) => line.startsWith('Connection from '))
      expect(accepted).toHaveLength(1)
    })

    it('a jump host that is not there', async () => {
      const said = await failure(within(inner, { jumps: [to(openssh, { name: 'bastion', port: 1 })] }))
      expect(said).toMatch(
        /^inner: its jump host bastion is not reached: 127\.0\.0\.1 port 1 cannot be reached: .*\n.*nothing listens there/,
      )
    })

    it('a host that the jump host does not reach', async () => {
      const said = await failure(within(inner, { port: 1, jumps: [to(openssh, { name: 'bastion' })] }))
      expect(said).toContain(
        'inner: not reached through jump host bastion: cannot reach 127.0.0.1:1 from there: Connection refused',
      )
    })

    it('a jump host that does not forward', async () => {
      const said = await failure(within(inner, { jumps: [to(closed)] }))
      expect(said).toMatch(
        /not reached through jump host closed: its sshd does not forward connections\n.*AllowTcpForwarding/,
      )
    })
  })

  describe('host keys', () => {
    const known = (content: string): { readonly knownHosts: string[] } => {
      const file = join(box.folder, 'known hosts of a test')
      writeFileSync(file, content)
      return { knownHosts: [file] }
    }
    const line = (key: string, marker = ''): string => `${marker}[127.0.0.1]:${openssh.port ?? 0} ${key}\n`

    it('unknown', async () => {
      const said = await failure(to(openssh, known('')))
      expect(said).toMatch(
        /^openssh: \[127\.0\.0\.1\]:\d+ is not in known_hosts; it shows the ED25519 key SHA256:\S+\n/,
      )
      expect(said).toContain(openssh.hostKey)
    })

    it('changed', async () => {
      const said = await failure(to(openssh, known(line(dropbear.hostKey))))
      expect(said).toMatch(
        /has changed: it shows the ED25519 key SHA256:\S+; known is the ED25519 key SHA256:\S+ \(.*:1\)/,
      )
      expect(said).toContain('ssh-keygen -f ')
    })

    it('revoked', async () => {
      const said = await failure(to(openssh, known(line(openssh.hostKey) + line(openssh.hostKey, '@revoked '))))
      expect(said).toMatch(/shows a revoked key: the ED25519 key SHA256:/)
    })

    it('new, and accepted: written down, and known from then on', async () => {
      const wish = known('')
      await connect(to(openssh, { ...wish, hostKeyPolicy: 'accept-new' }))
      expect(readFileSync(wish.knownHosts[0] ?? '', 'utf8').trim()).toBe(line(openssh.hostKey).trim())
      pool.closeAll()
      expect((await (await connect(to(openssh, wish))).run(whoami)).stdout).toBe('root\n')
    })

    it('changed, where new ones are accepted', async () => {
      const wish = known(line(dropbear.hostKey))
      expect(await failure(to(openssh, { ...wish, hostKeyPolicy: 'accept-new' }))).toContain('has changed')
      expect(readFileSync(wish.knownHosts[0] ?? '', 'utf8')).toBe(line(dropbear.hostKey))
    })
  })

  describe('credentials', () => {
    const locked = (name: string): string => {
      const folder = join(box.folder, `keys of ${transport}`)
      mkdirSync(folder, { recursive: true })
      const file = join(folder, name)
      writeFileSync(file, readFileSync(box.identity), { mode: 0o600 })
      execFileSync('ssh-keygen', ['-q', '-p', '-f', file, '-P', '', '-N', 'a phrase'])
      return file
    }

    it('an encrypted key with its passphrase', async () => {
      const file = locked('encrypted 100%h')
      const connection = await connect(to(openssh, { identityFiles: [file], passphrase: new Secret('a phrase') }))
      expect((await connection.run(whoami)).stdout).toBe('root\n')
    })

    it('an encrypted key with a passphrase of its own', async () => {
      const file = locked('own')
      const passphrases = new Map([[file, new Secret('a phrase')]])
      const connection = await connect(
        to(openssh, { identityFiles: [file], passphrase: new Secret('another'), passphrases }),
      )
      expect((await connection.run(whoami)).stdout).toBe('root\n')
    })

    it('a wrong passphrase', async () => {
      const file = locked('wrong')
      const said = await failure(to(openssh, { identityFiles: [file], passphrase: new Secret('guess-me') }))
      expect(said).toContain(`${file}: the passphrase is wrong`)
      expect(said).not.toContain('guess-me')
    })

    it('no key that is let in', async () => {
      const other = makeKey(box.folder, `other-${transport}`)
      const said = await failure(to(openssh, { identityFiles: [other] }))
      expect(said).toContain(`openssh: the host does not let ops in (tried: key ${other}; the host accepts: publickey)`)
    })

    const byPassword = (password: string): Wish => {
      return { user: 'opspw', become: 'none', identityFiles: [], password: new Secret(password) }
    }

    it('a password', async () => {
      const connection = await connect(to(passwords, byPassword('lab-opspw-pw')))
      expect((await connection.run(whoami)).stdout).toBe('opspw\n')
    })

    it('a password asked for by keyboard-interactive', async () => {
      const connection = await connect(to(questions, byPassword('lab-opspw-pw')))
      expect((await connection.run(whoami)).stdout).toBe('opspw\n')
    })

    it.each([
      ['password', () => passwords],
      ['keyboard-interactive', () => questions],
    ])('a wrong one by %s', async (method, server) => {
      const said = await failure(to(server(), byPassword('not-this-one')))
      expect(said).toMatch(
        new RegExp(`does not let opspw in \\(tried: ${method}; the host accepts: ${method}; the password was`),
      )
      expect(said).not.toContain('not-this-one')
    })
  })

  describe('hosts that are not reached', () => {
    it('a closed port', async () => {
      expect(await failure(to(openssh, { port: 1 }))).toMatch(
        /^openssh: 127\.0\.0\.1 port 1 cannot be reached: .*\n {2}→ nothing listens there: is sshd running, and is the port right\?$/,
      )
    })

    it('a name nobody knows', async () => {
      expect(await failure(to(openssh, { host: 'no-such-host.invalid' }))).toMatch(
        /no-such-host\.invalid port \d+ cannot be reached: .*\n.*(machine does not know it|cannot resolve names just now)/,
      )
    })

    it('one that accepts and says nothing', async () => {
      const mute = createServer(() => undefined)
      await once(mute.listen(0, '127.0.0.1'), 'listening')
      const address = mute.address()
      const port = typeof address === 'object' && address !== null ? address.port : 0
      expect(await failure(to(openssh, { port, connectTimeoutSeconds: 3 }))).toContain(
        `the SSH handshake with 127.0.0.1 port ${port} was not done within 3 s\n  → is it an SSH server?`,
      )
      mute.close()
    })

    it('not an SSH server', async () => {
      const web = createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'))
      await once(web.listen(0, '127.0.0.1'), 'listening')
      const address = web.address()
      const port = typeof address === 'object' && address !== null ? address.port : 0
      expect(await failure(to(openssh, { port }))).toMatch(/broke off the SSH handshake: .*\n.*is it an SSH server\?/)
      web.close()
    })
  })
})
