import { execFileSync } from 'node:child_process'
import { afterEach, expect, test } from 'vitest'
import { Answers } from '../../../src/connection/credentials/answers.ts'
import { loginError } from '../../../src/connection/openssh/login-errors.ts'
import { Transcript } from '../../../src/connection/openssh/transcript.ts'
import { OpensshTransport } from '../../../src/connection/openssh/transport.ts'
import { Ssh2Transport } from '../../../src/connection/ssh2/transport.ts'
import { type Pool, createPool } from '../../../src/connection/pool.ts'
import type { Target } from '../../../src/connection/types.ts'
import { HaError, UnreachableError } from '../../../src/lib/errors.ts'
import { Secret } from '../../../src/lib/secret.ts'
import { makeKey, scratch, startServer } from './server.ts'
import type { TestServer, TestServerOptions } from './server.ts'

const directory = scratch()
let pool: Pool = createPool()
let server: TestServer

afterEach(async () => {
  pool.closeAll()
  await server.stop()
})

async function connect(wish: Partial<Target>, options: TestServerOptions): Promise<string> {
  server = await startServer(options)
  pool = createPool()
  try {
    await pool.connect(server.target({ transport: 'openssh', sshConfig: 'none', ...wish }))
    return 'in'
  } catch (error) {
    if (error instanceof UnreachableError) return error.describe()
    throw error
  }
}

/** A server that asks these questions, one after the other, and tells what was answered. */
function asking(...questions: readonly string[]): { readonly options: TestServerOptions; readonly answers: string[] } {
  const answers: string[] = []
  return {
    answers,
    options: {
      methods: ['keyboard-interactive'],
      allow: (context) => {
        if (context.method !== 'keyboard-interactive') return false
        const ask = (left: readonly string[]): void => {
          const [question, ...rest] = left
          if (question === undefined) {
            context.accept()
            return
          }
          context.prompt([{ prompt: question, echo: false }], (given) => {
            answers.push(...given)
            ask(rest)
          })
        }
        ask(questions)
        return undefined
      },
    },
  }
}

test('a host that asks for the passphrase of a key does not get it', async () => {
  const file = makeKey(directory, 'locked', '-t', 'ed25519', '-N', 'a phrase')
  const { options, answers } = asking(`Enter passphrase for key '${file}': `)
  const wish = { identityFiles: [file], passphrase: new Secret('a phrase'), password: new Secret('a password') }
  expect(await connect(wish, options)).toBe('in')
  expect(answers).toEqual(['a password'])
})

test('a host that asks, when there is no password, is not answered at all', async () => {
  const file = makeKey(directory, 'locked too', '-t', 'ed25519', '-N', 'a phrase')
  const { options, answers } = asking(`Enter passphrase for key '${file}': `)
  const said = await connect({ identityFiles: [file], passphrase: new Secret('a phrase') }, options)
  expect(said).toContain('does not let tester in')
  expect(answers).toEqual([])
})

test('a host that asks for more than the password', async () => {
  const { options, answers } = asking('Password: ', 'Verification code: ')
  const said = await connect({ identityFiles: [], password: new Secret('a password') }, options)
  expect(said).toContain('it asked “Verification code:”, and there is nobody to ask')
  expect(said).not.toContain('the password was refused')
  expect(answers).toEqual(['a password'])
})

test('a channel that the host refuses to give', async () => {
  server = await startServer({ maxSessions: 0 })
  pool = createPool()
  const connection = await pool.connect(server.target({ transport: 'openssh', sshConfig: 'none' }))
  const outcome = connection.run({ label: 'try', script: 'true', timeoutSeconds: 5 })
  await expect(outcome).rejects.toThrow('try: the host refused to open a channel')
})

test('through a connection of another transport it does not go', async () => {
  server = await startServer()
  pool = createPool()
  const target = server.target()
  const via = await new Ssh2Transport(new Answers(undefined)).connect(target, undefined)
  const outcome = new OpensshTransport(new Answers(undefined)).connect({ ...target, sshConfig: 'none' }, via)
  await expect(outcome).rejects.toBeInstanceOf(HaError)
  await expect(outcome).rejects.not.toBeInstanceOf(UnreachableError)
  via.close()
})

test.each([
  [
    ['ssh_askpass: exec(/tmp/ha-ssh-x/p0): Permission denied', 'ops@h: Permission denied (publickey).'],
    /^box: ssh cannot run the program that answers its questions: .*\n.*TMPDIR/,
  ],
  [
    ['debug1: Connection established.', 'Unable to negotiate with 10.0.0.1 port 22: no matching cipher found.'],
    /^box: no SSH handshake is possible with 127\.0\.0\.1 port \d+: no matching cipher found\.\n.*Ciphers/,
  ],
  [
    ['debug1: Connecting to h.', 'ssh: connect to host h port 22: No route to host'],
    /^box: .* cannot be reached: No route to host\n.*is the host up/,
  ],
  [
    [
      'debug1: Offering public key: /k ED25519 SHA256:abc explicit',
      'debug1: Offering public key: c ED25519 SHA256:def agent',
      'debug1: Authentications that can continue: publickey,password',
      'Received disconnect from 10.0.0.1 port 22:2: Too many authentication failures',
    ],
    /does not let tester in: .*Too many authentication failures \(tried: key \/k, key SHA256:def of the agent; the host accepts: publickey, password\)/,
  ],
])('ssh said %j', async (lines, told) => {
  server = await startServer()
  const transcript = new Transcript()
  transcript.push(`${lines.join('\r\n')}\r\n`)
  const [gaveUp, overdue, reached] = [false, false, false]
  const endpoint = server.target()
  const rest = { tried: [], dialogue: { unanswered: [], codeSent: false }, unusable: [], mend: undefined }
  expect(loginError({ endpoint, transcript, gaveUp, overdue, reached, ...rest }).describe()).toMatch(told)
})

test('ssh is there, or these tests say nothing', () => {
  expect(() => execFileSync('ssh', ['-V'], { stdio: 'ignore' })).not.toThrow()
})
