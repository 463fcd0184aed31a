import { execFileSync, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chmod, copyFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { askCredentials } from '../../src/connection/credentials/credentials.ts'
import { createPool, type PoolOptions } from '../../src/connection/pool.ts'
import type { Target } from '../../src/connection/types.ts'
import { asHaError } from '../../src/lib/errors.ts'
import { Secret } from '../../src/lib/secret.ts'
import { makeKey, type Server, type SshBox, startBox } from './support/ssh-box.ts'
import { transports } from './support/transports.ts'

/** The secret of everyone's one-time codes, in base32. */
const TOTP = 'JBSWY3DPEHPK3PXP'
const NOT_REUSED = `" DISALLOW_REUSE`
const QUESTIONS = ['UsePAM yes', 'KbdInteractiveAuthentication yes']

describe.each(transports)('credentials, by %s', (transport) => {
  let box: SshBox
  let openssh: Server
  let strict: Server
  let dropbear: Server
  let passwords: Server
  let keyAndCode: Server
  let keyAndCodeToo: Server
  beforeAll(async () => {
    box = await startBox(`credentials-${transport}`)
    openssh = await box.server('openssh')
    strict = await box.server('strict', { settings: ['MaxAuthTries 3'] })
    dropbear = await box.server('dropbear', { kind: 'dropbear' })
    passwords = await box.server('passwords', { settings: ['PasswordAuthentication yes'] })
    const settings = [...QUESTIONS, 'AuthenticationMethods publickey,keyboard-interactive', 'MaxAuthTries 3']
    keyAndCode = await box.server('keyandcode', { settings })
    keyAndCodeToo = await box.server('keyandcodetoo', { settings })
  })
  afterAll(async () => {
    await box.remove()
  })

  const at = (server: Server, wish: Partial<Target> = {}): Target => box.target(server, { transport, ...wish })
  const inside = (server: Server, wish: Partial<Target> = {}): Target =>
    box.insideTarget(server, { transport, ...wish })

  /** `in` when the login works, else the error. */
  async function login(target: Target, options: PoolOptions = {}): Promise<string> {
    const pool = createPool({ environment: {}, ...options })
    try {
      const connection = await pool.connect(target)
      const { stdout } = await connection.run({ label: 'try', script: 'echo in', timeoutSeconds: 20, plain: true })
      return stdout.trim()
    } catch (error) {
      return asHaError(error).describe()
    } finally {
      pool.closeAll()
    }
  }
  const keyless: Partial<Target> = { identityFiles: [], identitiesOnly: true }
  /** What PAM asks of those who log in: `code`: a code; `both`: the password, then a code. */
  const pam = async (what: 'code' | 'both' | 'password'): Promise<void> => {
    const lines = { code: ['google'], both: ['unix', 'google'], password: ['unix'] }[what].map((module) =>
      module === 'unix' ? 'auth required pam_unix.so' : `auth required pam_google_authenticator.so`,
    )
    const rest = ['account required pam_unix.so', 'session required pam_permit.so']
    await box.exec(`printf '%s\\n' ${[...lines, ...rest].map((line) => `'${line}'`).join(' ')} > /etc/pam.d/sshd`)
  }
  const enrol = async (user: string, options = ''): Promise<void> => {
    await box.exec(`printf '%s\\n' ${TOTP} '" TOTP_AUTH' ${options} > /home/${user}/.google_authenticator
      chown ${user} /home/${user}/.google_authenticator && chmod 600 /home/${user}/.google_authenticator`)
  }
  const code = async (): Promise<string> => (await box.exec(`oathtool --totp -b ${TOTP}`)).trim()

  describe('keys', () => {
    it('several are tried in their order, on OpenSSH and dropbear', async () => {
      const wrong = makeKey(box.folder, 'wrong')
      for (const server of [openssh, dropbear])
        expect(await login(at(server, { identityFiles: [wrong, box.identity] }))).toBe('in')
    })

    it('the passphrase of an encrypted key is asked for once, however many hosts', async () => {
      const locked = join(box.folder, 'locked')
      await copyFile(box.identity, locked)
      await chmod(locked, 0o600)
      execFileSync('ssh-keygen', ['-q', '-p', '-f', locked, '-P', '', '-N', 'phrase'])
      const asked: string[] = []
      const targets = await askCredentials(
        [openssh, strict, dropbear].map((server) => at(server, { identityFiles: [locked] })),
        {
          environment: {},
          interactive: true,
          ask: async (question) => {
            asked.push(question)
            return await Promise.resolve('phrase')
          },
        },
      )
      expect(asked).toEqual([`passphrase of ${locked}`])
      expect(await Promise.all(targets.map(async (target) => await login(target)))).toEqual(['in', 'in', 'in'])
    })

    it('a public key that is named by mistake gives the name of the private one', async () => {
      const said = await login(at(openssh, { identityFiles: [`${box.identity}.pub`] }))
      expect(said).toContain('it is the public key, and no agent holds the private one')
      expect(said).toContain(`name the private key: ${box.identity};`)
    })

    it('a private key that others may read is refused, as ssh refuses it', async () => {
      const open = join(box.folder, 'open')
      await copyFile(box.identity, open)
      await chmod(open, 0o644)
      const said = await login(at(openssh, { identityFiles: [open] }))
      expect(said).toContain('others may read it (its mode is 0644), and ssh refuses such a key')
      expect(said).toContain(`chmod 600 ${open}`)
      await chmod(open, 0o600)
      expect(await login(at(openssh, { identityFiles: [open] }))).toBe('in')
    })
  })

  describe('an agent with six wrong keys and the right one, at a host with MaxAuthTries 3', () => {
    let socket: string
    let agent: ReturnType<typeof spawn>
    beforeAll(async () => {
      socket = join(box.folder, 'agent')
      agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: 'ignore' })
      for (let tries = 0; tries < 100 && !existsSync(socket); tries += 1) await sleep(50)
      const wrong = Array.from({ length: 6 }, (_, index) => makeKey(box.folder, `junk${index}`))
      execFileSync('ssh-add', ['-q', ...wrong, box.identity], {
        env: { ...process.env, SSH_AUTH_SOCK: socket },
        stdio: 'ignore',
      })
    })
    afterAll(() => {
      agent.kill()
    })

    it('ssh without a word about keys is locked out', async () => {
      const said = await login(at(strict, { ...keyless, agent: socket, identitiesOnly: false }))
      expect(said).toContain('the host does not let ops in')
    })

    it('the right one, named by its file, gets in', async () => {
      expect(await login(at(strict, { agent: socket }))).toBe('in')
    })

    it('the right one, named by the .pub beside a private key that is not here, gets in', async () => {
      const elsewhere = join(box.folder, 'elsewhere')
      await copyFile(`${box.identity}.pub`, `${elsewhere}.pub`)
      expect(await login(at(strict, { agent: socket, identityFiles: [elsewhere] }))).toBe('in')
    })

    it('the right one, named by its public file, gets in', async () => {
      expect(await login(at(strict, { agent: socket, identityFiles: [`${box.identity}.pub`] }))).toBe('in')
    })

    it('a key of an agent is the first of two steps', async () => {
      await pam('code')
      await enrol('ops')
      const target = at(keyAndCode, { agent: socket, identityFiles: [`${box.identity}.pub`] })
      expect(await login({ ...target, oneTimeCode: async () => new Secret(await code()) })).toBe('in')
    })
  })

  describe('passwords', () => {
    const right = new Secret('lab-opspw-pw')
    beforeAll(async () => {
      await pam('password')
    })

    it.each(['openssh', 'dropbear'] as const)('by %s', async (kind) => {
      const server = kind === 'openssh' ? passwords : dropbear
      expect(await login(at(server, { ...keyless, user: 'opspw', password: right }))).toBe('in')
    })

    it('by questions only', async () => {
      await pam('password')
      const server = await box.server('questions', { settings: QUESTIONS })
      expect(await login(at(server, { ...keyless, user: 'opspw', password: right }))).toBe('in')
    })

    it('where a host takes both, a wrong one is tried once', async () => {
      await pam('password')
      const server = await box.server('both', { settings: [...QUESTIONS, 'PasswordAuthentication yes'] })
      const said = await login(at(server, { ...keyless, user: 'opspw', password: new Secret('guess') }))
      expect(said).toContain('the password was refused, and tried once')
      expect(said).not.toContain('guess')
      expect(count(await box.log(server), 'Failed ')).toBe(1)
    })

    it('a key, then a password', async () => {
      const server = await box.server('keythenpassword', {
        settings: ['PasswordAuthentication yes', 'AuthenticationMethods publickey,password'],
      })
      expect(await login(at(server, { user: 'opspw', password: right }))).toBe('in')
    })

    it('a password, then a key', async () => {
      const server = await box.server('passwordthenkey', {
        settings: ['PasswordAuthentication yes', 'AuthenticationMethods password,publickey'],
      })
      expect(await login(at(server, { user: 'opspw', password: right }))).toBe('in')
    })

    it('a wrong one that hosts share is tried by one of them', async () => {
      const before = count(await box.log(passwords), 'Failed password')
      const pool = createPool({ environment: {} })
      const hosts = ['lb1', 'lb2', 'lb3', 'lb4'].map((name) =>
        at(passwords, { ...keyless, name, user: 'opspw', password: new Secret('guess') }),
      )
      const outcomes = await Promise.allSettled(hosts.map(async (target) => await pool.connect(target)))
      pool.closeAll()
      const said = outcomes.map((one) => (one.status === 'rejected' ? asHaError(one.reason).describe() : 'in'))
      expect(said.filter((text) => text.includes('the password was refused, and tried once'))).toHaveLength(1)
      expect(said.filter((text) => /was not tried: lb\d refused the same one/.test(text))).toHaveLength(3)
      expect(count(await box.log(passwords), 'Failed password') - before).toBe(1)
    })

    it('a right one lets all in', async () => {
      const pool = createPool({ environment: {} })
      const hosts = ['lb1', 'lb2', 'lb3', 'lb4'].map((name) =>
        at(passwords, { ...keyless, name, user: 'opspw', password: right }),
      )
      const outcomes = await Promise.allSettled(hosts.map(async (target) => await pool.connect(target)))
      pool.closeAll()
      expect(outcomes.map(({ status }) => status)).toEqual(Array.from({ length: 4 }, () => 'fulfilled'))
    })

    it('a missing one names the field, the variable and the flag', async () => {
      const said = await login(at(passwords, { ...keyless, user: 'opspw' }))
      expect(said).toContain('nothing could be tried; the host accepts: publickey, password')
      expect(said).toContain('--ask-password')
    })

    it('one that has expired is told, whichever way', async () => {
      await pam('password')
      await box.exec(`useradd -m -s /bin/bash late 2>/dev/null; echo late:lab-late-pw | chpasswd; chage -d 0 late
        install -d -m 0700 -o late /home/late/.ssh && install -m 0600 -o late /in/authorized_keys /home/late/.ssh/`)
      const target = at(passwords, { user: 'late', password: new Secret('lab-late-pw') })
      for (const wish of [keyless, {}]) expect(await login({ ...target, ...wish })).toMatch(/has expired/)
      const server = await box.server('expired', { settings: QUESTIONS })
      expect(await login(at(server, { ...keyless, user: 'late', password: new Secret('lab-late-pw') }))).toMatch(
        /has expired/,
      )
    })
  })

  describe('one-time codes', () => {
    const nobody: PoolOptions = { environment: {} }

    it('a key, then a code from the endpoint’s source, which is asked anew at each login', async () => {
      await pam('code')
      await enrol('ops')
      let made = 0
      const oneTimeCode = async (): Promise<Secret> => {
        made += 1
        return new Secret(await code())
      }
      const pool = createPool(nobody)
      for (const name of ['lb1', 'lb2']) await pool.connect(at(keyAndCode, { name, oneTimeCode }))
      pool.closeAll()
      expect(made).toBe(2)
    })

    it('a password, then a code', async () => {
      await pam('both')
      await enrol('opspw')
      const server = await box.server('passwordandcode', { settings: QUESTIONS })
      const oneTimeCode = async (): Promise<Secret> => new Secret(await code())
      const target = at(server, { ...keyless, user: 'opspw', password: new Secret('lab-opspw-pw') })
      expect(await login({ ...target, oneTimeCode })).toBe('in')
      expect(count(await box.log(server), 'Failed ')).toBe(0)
    })

    it('the environment’s is used once', async () => {
      await pam('code')
      await enrol('ops')
      const pool = createPool({ environment: { HA_PROVISION_ONE_TIME_CODE: await code() } })
      await pool.connect(at(keyAndCode, { name: 'lb1' }))
      const second = pool.connect(at(keyAndCode, { name: 'lb2' }))
      await expect(second).rejects.toThrow('it asked “Verification code:”, and there is nobody to ask')
      pool.closeAll()
    })

    it('the operator is asked at the moment the host asks, in its words, with its name', async () => {
      await pam('code')
      await enrol('ops')
      const asked: string[] = []
      const target = at(keyAndCode, { name: 'lb1', connectTimeoutSeconds: 5 })
      const said = await login(target, {
        ask: async ({ host, text }) => {
          asked.push(`${host}: ${text}`)
          // Who types may take longer than a connection may.
          await sleep(6000)
          return await code()
        },
      })
      expect(said).toBe('in')
      expect(asked).toEqual(['lb1: Verification code:'])
    })

    it('nobody to ask: what the host asked, and what would do', async () => {
      await pam('code')
      const said = await login(at(keyAndCode), nobody)
      expect(said).toContain('it asked “Verification code:”, and there is nobody to ask')
      expect(said).toContain('connection.one_time_code')
      expect(said).toContain('HA_PROVISION_ONE_TIME_CODE')
    })

    it('a wrong one is told, and tried once', async () => {
      await pam('code')
      await enrol('ops')
      const said = await login(at(keyAndCode, { oneTimeCode: async () => await Promise.resolve(new Secret('000000')) }))
      expect(said).toContain('a one-time code was refused')
      expect(said).not.toContain('000000')
    })

    it('one that is used up is refused by the host, and told', async () => {
      await pam('code')
      await enrol('ops', `'${NOT_REUSED}'`)
      const used = new Secret(await code())
      const target = at(keyAndCode, { oneTimeCode: async () => await Promise.resolve(used) })
      expect(await login(target)).toBe('in')
      expect(await login(target)).toContain('each is good once')
    })

    it('a jump host asks for one, and the host behind it does not get it', async () => {
      await pam('code')
      await enrol('ops')
      let made = 0
      const oneTimeCode = async (): Promise<Secret> => {
        made += 1
        return new Secret(await code())
      }
      const jump = at(keyAndCode, { name: 'bastion', oneTimeCode })
      expect(await login(inside(openssh, { jumps: [jump] }))).toBe('in')
      expect(made).toBe(1)
    })
  })

  describe('through the program', () => {
    let demo: string
    beforeAll(async () => {
      const hosts = [keyAndCode, keyAndCodeToo].map(
        ({ port }, index) => `lb${index + 1}: { host: 127.0.0.1, address: 10.0.0.1${index + 1}, port: ${port ?? 0} }`,
      )
      demo = join(box.folder, 'demo.yaml')
      await writeFile(
        demo,
        `cluster: demo
connection: { user: ops, identity_file: id, known_hosts: known_hosts, agent: false, ssh_config: none, transport: ${transport} }
load_balancers: { ${hosts.join(', ')} }
vips: { api: { address: 10.0.0.10/24, interface: eth0 } }
haproxy: { frontends: { api: { servers: { cp1: "10.0.0.21:6443" } } } }
`,
      )
      await pam('code')
      // A code is good for four minutes: a busy machine may come late to the second question.
      await enrol('ops', `'" WINDOW_SIZE 17'`)
    })

    it('a code is asked for on the terminal, and no row of the view is painted over the question', async () => {
      const codes = [await code(), await code()]
      const said = await typed(['facts', demo], codes)
      const questions = [...said.matchAll(/(lb\d) asks: Verification code:/g)].map(([, host]) => host)
      expect([...new Set(questions)].sort()).toEqual(['lb1', 'lb2'])
      // Between a question and its answer nothing but the question is drawn.
      for (const part of said.split('asks: ').slice(1)) expect(part.split('*')[0]).not.toContain('connecting')
      for (const one of codes) expect(said).not.toContain(one)
      expect(said).not.toContain('does not let ops in')
    })

    it('without a terminal, nothing is asked', async () => {
      const { stdout, exitCode } = await execa('node', [BIN, 'facts', demo], {
        reject: false,
        stdin: 'ignore',
        all: true,
        timeout: 60_000,
      }).then(({ all, exitCode: status }) => ({ stdout: all, exitCode: status }))
      expect(stdout).toContain('there is nobody to ask')
      expect(exitCode).toBe(4)
    })
  })

  it('a key file in the right place needs no questions at all', async () => {
    expect(await login(at(openssh), { ask: async () => await Promise.reject(new Error('asked')) })).toBe('in')
  })
})

/** Runs the program on a terminal of its own and types an answer whenever it asks; gives back all that was shown. */
async function typed(words: readonly string[], answers: readonly string[]): Promise<string> {
  const script = `
import os, pty, re, select, sys, time
answers = sys.argv[1].split(',')
pid, terminal = pty.fork()
if pid == 0:
    os.environ['TERM'] = 'xterm'
    os.execvp(sys.argv[2], sys.argv[2:])
shown, asked, end = b'', 0, time.time() + 90
while time.time() < end:
    if select.select([terminal], [], [], 0.5)[0]:
        try: chunk = os.read(terminal, 65536)
        except OSError: break
        if not chunk: break
        shown += chunk
    if asked < len(answers) and len(set(re.findall(rb'(lb.) asks: Verification code', shown))) > asked:
        # Long enough for a view that should not to draw itself.
        time.sleep(1.5)
        os.write(terminal, answers[asked].encode() + b'\\r')
        asked += 1
sys.stdout.buffer.write(shown)
`
  const { stdout } = await execa('python3', ['-c', script, answers.join(','), 'node', BIN, ...words], {
    timeout: 100_000,
  })
  return stdout
}

const BIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url))

function count(text: string, what: string): number {
  return text.split(what).length - 1
}
