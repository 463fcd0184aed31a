import { execFileSync } from 'node:child_process'
import { afterEach, expect, test } from 'vitest'
import { Answers } from '../../../src/connection/credentials/answers.ts'
import { OpensshTransport } from '../../../src/connection/openssh/transport.ts'
import { Ssh2Transport } from '../../../src/connection/ssh2/transport.ts'
import { type Pool, createPool } from '../../../src/connection/pool.ts'
import type { Target } from '../../../src/connection/types.ts'
import { HaError, UnreachableError } from '../../../src/lib/errors.ts'
import { Secret } from '../../../src/lib/secret.ts'
import { makeKey, scratch, startServer } from './server.ts'
import type { TestServer, TestServerOptions } from './server.ts'

const directory = scratch()
let pool: Pool
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
  expect(said).toMatch(/beside the password it asks: \(tester@.*\) Verification code: /)
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
  const outcome = new OpensshTransport().connect({ ...target, sshConfig: 'none' }, via)
  await expect(outcome).rejects.toBeInstanceOf(HaError)
  await expect(outcome).rejects.not.toBeInstanceOf(UnreachableError)
  via.close()
})

test('ssh is there, or these tests say nothing', () => {
  expect(() => execFileSync('ssh', ['-V'], { stdio: 'ignore' })).not.toThrow()
})
