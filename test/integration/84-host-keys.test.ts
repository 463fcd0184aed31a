import { execFile, execFileSync, spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createPool } from '../../src/connection/pool.ts'
import type { Target } from '../../src/connection/types.ts'
import { UnreachableError } from '../../src/lib/errors.ts'
import { makeKey, type Server, type SshBox, startBox } from './support/ssh-box.ts'
import { transports } from './support/transports.ts'

describe.each(transports)('host keys, by %s', (transport) => {
  let box: SshBox
  let plain: Server
  let many: Server
  let dropbear: Server
  let bastion: Server
  let end: Server
  let stranger: string
  let files = 0
  beforeAll(async () => {
    box = await startBox(`keys-${transport}`)
    plain = await box.server('plain')
    makeKey(join(box.folder, 'in'), 'extra_rsa', 'rsa')
    makeKey(join(box.folder, 'in'), 'extra_ecdsa', 'ecdsa')
    await box.exec('install -m 0600 /in/extra_rsa /in/extra_ecdsa /etc/ssh/')
    many = await box.server('many', { settings: ['HostKey /etc/ssh/extra_rsa', 'HostKey /etc/ssh/extra_ecdsa'] })
    dropbear = await box.server('dropbear', { kind: 'dropbear', keyType: 'ecdsa' })
    bastion = await box.server('bastion')
    end = await box.server('end', { hidden: true })
    stranger = publicKey(makeKey(box.folder, 'stranger'))
  })
  afterAll(async () => {
    await box.remove()
  })

  const publicKey = (file: string): string => readFileSync(`${file}.pub`, 'utf8').split(' ').slice(0, 2).join(' ')
  const extra = (type: 'rsa' | 'ecdsa'): string => publicKey(join(box.folder, 'in', `extra_${type}`))
  const name = (server: Server): string => `[127.0.0.1]:${server.port}`
  const insideName = (server: Server): string => `[127.0.0.1]:${server.inside}`
  const at = (server: Server, wish: Partial<Target> = {}): Target => box.target(server, { transport, ...wish })
  const inside = (server: Server, wish: Partial<Target> = {}): Target =>
    box.insideTarget(server, { transport, ...wish })

  /** A known_hosts file with these lines. */
  function known(...lines: readonly string[]): string {
    files += 1
    const file = join(box.folder, `known_${files}`)
    writeFileSync(file, lines.map((line) => `${line}\n`).join(''))
    return file
  }

  const lines = (file: string): string[] => readFileSync(file, 'utf8').trimEnd().split('\n')

  /** As ssh-keygen -l prints it. */
  function print(key: string): string {
    const file = join(box.folder, 'printed')
    writeFileSync(file, `${key}\n`)
    return execFileSync('ssh-keygen', ['-lf', file], { encoding: 'utf8' }).split(' ')[1] ?? ''
  }

  async function attempt(target: Target, own = createPool()): Promise<string> {
    try {
      const connection = await own.connect(target)
      return (await connection.run({ label: 'try', script: 'echo in', timeoutSeconds: 20 })).stdout.trim()
    } catch (error) {
      return error instanceof UnreachableError ? error.describe() : `not an UnreachableError: ${String(error)}`
    } finally {
      own.closeAll()
    }
  }

  /** The real ssh, with our file. */
  function ssh(server: Server, file: string, ...options: readonly string[]): string {
    const usual = [
      'UserKnownHostsFile',
      file,
      'GlobalKnownHostsFile',
      '/dev/null',
      'BatchMode',
      'yes',
      'IdentityFile',
      box.identity,
    ]
    const settings = [...pairs(usual), ...options].flatMap((option) => ['-o', option])
    const args = ['-F', 'none', '-i', box.identity, ...settings, '-p', String(server.port), 'ops@127.0.0.1', 'echo in']
    const { stdout, stderr } = spawnSync('ssh', args, { encoding: 'utf8' })
    return stdout.trim() || stderr
  }
  const pairs = (words: readonly string[]): string[] =>
    words.flatMap((word, index) => (index % 2 === 0 ? [`${word}=${words[index + 1] ?? ''}`] : []))
  const STRICT = 'StrictHostKeyChecking=yes'
  const found = (server: Server, file: string): boolean =>
    spawnSync('ssh-keygen', ['-F', name(server), '-f', file]).status === 0

  describe('accept-new', () => {
    it.each([false, true])('writes a line that ssh and ssh-keygen take, hashed: %s', async (hashKnownHosts) => {
      for (const server of [plain, many, dropbear]) {
        const file = known(`elsewhere ${stranger}`)
        const target = at(server, { knownHosts: [file], hostKeyPolicy: 'accept-new', hashKnownHosts })
        expect(await attempt(target)).toBe('in')
        expect(lines(file)).toHaveLength(2)
        expect(lines(file)[1]?.startsWith('|1|')).toBe(hashKnownHosts)
        expect(found(server, file)).toBe(true)
        expect(ssh(server, file, STRICT)).toBe('in')
        expect(await attempt(at(server, { knownHosts: [file] }))).toBe('in')
      }
    })

    it.each(['no', 'yes'])('takes the line that ssh has written, hashed: %s', async (hashed) => {
      for (const server of [plain, many, dropbear]) {
        const file = known()
        expect(ssh(server, file, 'StrictHostKeyChecking=accept-new', `HashKnownHosts=${hashed}`)).toBe('in')
        expect(lines(file)[0]?.startsWith('|1|')).toBe(hashed === 'yes')
        expect(await attempt(at(server, { knownHosts: [file] }))).toBe('in')
      }
    })

    it('behind a jump host each has a line of its own, and the first file is the one that is written', async () => {
      const [first, second] = [known(), known(`elsewhere ${stranger}`)]
      const wish = { knownHosts: [first, second], hostKeyPolicy: 'accept-new' } as const
      expect(await attempt(inside(end, { ...wish, jumps: [at(bastion, wish)] }))).toBe('in')
      expect(lines(first)).toEqual([`${name(bastion)} ${bastion.hostKey}`, `${insideName(end)} ${end.hostKey}`])
      expect(lines(second)).toEqual([`elsewhere ${stranger}`])
    })

    it('many hosts and several processes at once lose no line and break none', async () => {
      const file = known()
      const program = `
        import { createPool } from '${join(import.meta.dirname, '../../dist/connection/pool.js')}'
        const targets = JSON.parse(process.env.TARGETS)
        const pool = createPool()
        await Promise.all(targets.map((target) => pool.connect(target)))
        pool.closeAll()`
      const targets = Array.from({ length: 3 }, (_, part) =>
        Array.from({ length: 8 }, (__, index) =>
          at(plain, { knownHosts: [file], hostKeyPolicy: 'accept-new', hostKeyAlias: `host-${part}-${index}` }),
        ),
      )
      const node = ['--input-type=module', '-e', program]
      await Promise.all(
        targets.map(async (some) => {
          await promisify(execFile)(process.execPath, node, { env: { ...process.env, TARGETS: JSON.stringify(some) } })
        }),
      )
      const expected = targets.flat().map(({ hostKeyAlias }) => `${hostKeyAlias ?? ''} ${plain.hostKey}`)
      expect(lines(file).sort()).toEqual(expected.sort())
    })

    it('takes no new key where a wrong one is known, in whatever file', async () => {
      const file = known(`${name(plain)} ${stranger}`)
      const wish = { knownHosts: [known(), file], hostKeyPolicy: 'accept-new' } as const
      expect(await attempt(at(plain, wish))).toContain(`known is the ED25519 key ${print(stranger)} (${file}:1)`)
    })
  })

  describe('known_hosts', () => {
    it.each([
      ['a wildcard', () => `[127.0.0.*]:* ${plain.hostKey}`],
      ['a list', () => `other,${name(plain)} ${plain.hostKey}`],
      ['without a port', () => `127.0.0.1 ${plain.hostKey}`],
    ])('knows by %s what ssh knows by it', async (_what, line) => {
      const file = known(line())
      expect(ssh(plain, file, STRICT)).toBe('in')
      expect(await attempt(at(plain, { knownHosts: [file] }))).toBe('in')
    })

    it('negation takes a host out, for us and for ssh', async () => {
      const file = known(`[127.0.0.*]:*,!${name(plain)} ${plain.hostKey}`)
      expect(ssh(plain, file, STRICT)).toContain('Host key verification failed')
      expect(await attempt(at(plain, { knownHosts: [file] }))).toContain(`${name(plain)} is not in known_hosts`)
    })

    it('a revoked key is refused, for us and for ssh', async () => {
      const file = known(`${name(plain)} ${plain.hostKey}`, `@revoked * ${plain.hostKey}`)
      expect(ssh(plain, file, STRICT)).toMatch(/revoked/i)
      expect(await attempt(at(plain, { knownHosts: [file] }))).toContain(
        `shows a revoked key: the ED25519 key ${print(plain.hostKey)} (${file}:2)`,
      )
    })

    it('several files are read, the second too', async () => {
      const both = [
        join(box.folder, 'not-there'),
        known(`elsewhere ${stranger}`),
        known(`${name(plain)} ${plain.hostKey}`),
      ]
      expect(await attempt(at(plain, { knownHosts: both }))).toBe('in')
    })

    it.each(['rsa', 'ecdsa'] as const)('a host with many keys is asked for the one that is known: %s', async (type) => {
      expect(await attempt(at(many, { knownHosts: [known(`${name(many)} ${extra(type)}`)] }))).toBe('in')
    })

    it('an alias is looked up instead of name and port, as ssh does', async () => {
      const file = known(`the-box ${plain.hostKey}`, `${name(plain)} ${stranger}`)
      expect(ssh(plain, file, STRICT, 'HostKeyAlias=the-box')).toBe('in')
      expect(await attempt(at(plain, { knownHosts: [file], hostKeyAlias: 'the-box' }))).toBe('in')
      expect(await attempt(at(plain, { knownHosts: [file], hostKeyAlias: 'no-box' }))).toContain(
        'no-box is not in known_hosts',
      )
    })

    it('a changed key is refused with both fingerprints; the line to remove removes it', async () => {
      const file = known(`elsewhere ${stranger}`, `${name(plain)} ${stranger}`)
      const said = await attempt(at(plain, { knownHosts: [file] }))
      expect(said).toContain(
        `the host key of ${name(plain)} has changed: it shows the ED25519 key ${print(plain.hostKey)}; ` +
          `known is the ED25519 key ${print(stranger)} (${file}:2)`,
      )
      const command = /ssh-keygen -f .*$/.exec(said)?.[0] ?? ''
      execFileSync('sh', ['-c', command], { stdio: 'ignore' })
      expect(found(plain, file)).toBe(false)
      expect(lines(file)).toEqual([`elsewhere ${stranger}`])
    })

    it('jump hosts and the hosts behind them are told apart', async () => {
      const wrong = known(`${name(bastion)} ${bastion.hostKey}`, `${insideName(end)} ${stranger}`)
      const through = (knownHosts: readonly string[]): Target =>
        inside(end, { knownHosts, jumps: [at(bastion, { knownHosts })] })
      expect(await attempt(through([wrong]))).toMatch(/^end: the host key of \[127\.0\.0\.1\]:\d+ has changed/)
      const wrongJump = known(`${name(bastion)} ${stranger}`, `${insideName(end)} ${end.hostKey}`)
      expect(await attempt(through([wrongJump]))).toMatch(
        /^end: its jump host bastion is not reached: the host key of \[127\.0\.0\.1\]:\d+ has changed/,
      )
    })
  })

  describe('pinned', () => {
    it('a fingerprint is enough, and known_hosts is not asked', async () => {
      const file = known(`${name(plain)} ${stranger}`)
      for (const knownHosts of [[file], []]) {
        expect(await attempt(at(plain, { knownHosts, pinnedKeys: [print(plain.hostKey)] }))).toBe('in')
      }
      expect(await attempt(at(plain, { pinnedKeys: [print(stranger), print(plain.hostKey)] }))).toBe('in')
      expect(lines(file)).toHaveLength(1)
    })

    it.each(['rsa', 'ecdsa'] as const)('any key of a host with many may be the one: %s', async (type) => {
      expect(await attempt(at(many, { pinnedKeys: [print(extra(type))], knownHosts: [] }))).toBe('in')
    })

    it('a wrong one is refused with both, whatever known_hosts says', async () => {
      for (const [server, type] of [
        [plain, 'ED25519'],
        [many, 'ED25519'],
        [dropbear, 'ECDSA'],
      ] as const) {
        const said = await attempt(at(server, { pinnedKeys: [print(stranger)], hostKeyPolicy: 'accept-new' }))
        expect(said).toContain(
          `${name(server)} shows the ${type} key ${print(server.hostKey)}; its host_key in the inventory is ${print(stranger)}`,
        )
      }
    })

    it('the pins of a jump host are its own', async () => {
      const pins = (jumpKey: string, key: string): Target =>
        inside(end, {
          knownHosts: [],
          pinnedKeys: [print(key)],
          jumps: [at(bastion, { knownHosts: [], pinnedKeys: [print(jumpKey)] })],
        })
      expect(await attempt(pins(bastion.hostKey, end.hostKey))).toBe('in')
      expect(await attempt(pins(end.hostKey, end.hostKey))).toMatch(
        /^end: its jump host bastion is not reached: \[127\.0\.0\.1\]:\d+ shows the ED25519 key/,
      )
      expect(await attempt(pins(bastion.hostKey, bastion.hostKey))).toMatch(
        /^end: \[127\.0\.0\.1\]:\d+ shows the ED25519 key/,
      )
    })
  })

  // The other one uses the authority: 81-openssh-only.
  if (transport === 'ssh2')
    it('an authority that vouches for the host is told, and which transport can use it', async () => {
      const file = known(`@cert-authority [127.0.0.1]:* ${stranger}`)
      for (const hostKeyPolicy of ['strict', 'accept-new'] as const) {
        const said = await attempt(at(plain, { knownHosts: [file], hostKeyPolicy }))
        expect(said).toContain(`${name(plain)} is known by its certificate authority only (${file}:1)`)
        expect(said).toContain('transport: openssh')
      }
      const both = known(`@cert-authority [127.0.0.1]:* ${stranger}`, `${name(plain)} ${plain.hostKey}`)
      expect(await attempt(at(plain, { knownHosts: [both] }))).toBe('in')
    })
})
