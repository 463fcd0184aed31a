import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { askCredentials } from '../../../src/connection/credentials/credentials.ts'
import type { CredentialOptions } from '../../../src/connection/credentials/credentials.ts'
import { endpointDefaults } from '../../../src/connection/endpoint.ts'
import type { EndpointWish } from '../../../src/connection/endpoint.ts'
import type { Target } from '../../../src/connection/types.ts'
import { HaError } from '../../../src/lib/errors.ts'
import { Secret } from '../../../src/lib/secret.ts'
import { makeKey, scratch } from './server.ts'

const directory = scratch()
const plain = makeKey(directory, 'plain', '-t', 'ed25519')
const locked = makeKey(directory, 'locked', '-t', 'ed25519', '-N', 'phrase')
const other = makeKey(directory, 'other', '-t', 'ed25519', '-N', 'phrase2')

function target(wish: Partial<EndpointWish>, more: Partial<Target> = {}): Target {
  const endpoint = endpointDefaults({ host: 'box', agent: false, ...wish }, { HOME: '/nonexistent' })
  return { ...endpoint, jumps: [], become: 'sudo', becomePassword: undefined, ...more }
}

/** Answers each question from a list and records it; a refused answer is followed by the next one. */
function operator(answers: Readonly<Record<string, readonly string[]>>): {
  asked: string[]
  options: CredentialOptions
} {
  const asked: string[] = []
  const ask: CredentialOptions['ask'] = async (question, accept) => {
    asked.push(question)
    for (const answer of answers[question] ?? []) if ((await accept(answer)) === true) return answer
    throw new Error(`no right answer to: ${question}`)
  }
  return { asked, options: { environment: {}, interactive: true, ask } }
}

test('asks once for each encrypted file, and again after a wrong answer', async () => {
  const { asked, options } = operator({
    [`passphrase of ${locked}`]: ['wrong', 'phrase'],
    [`passphrase of ${other}`]: ['phrase2'],
  })
  const jump = target({ host: 'bastion', identityFiles: [other] })
  const targets = [
    target({ identityFiles: [plain, locked] }, { jumps: [jump] }),
    target({ identityFiles: [locked, other] }, { jumps: [jump] }),
  ]
  const [first] = await askCredentials(targets, options)
  expect(asked).toEqual([`passphrase of ${other}`, `passphrase of ${locked}`])
  expect(first?.passphrases?.get(locked)?.reveal()).toBe('phrase')
  expect(first?.jumps[0]?.passphrases?.get(other)?.reveal()).toBe('phrase2')
})

test('asks for nothing that is given or not needed', async () => {
  const { asked, options } = operator({})
  await askCredentials(
    [target({ identityFiles: [plain] }), target({ identityFiles: [locked], passphrase: new Secret('phrase') })],
    options,
  )
  expect(asked).toEqual([])
})

test('no passphrase is asked for of a key that could not be used with it', async () => {
  const open = makeKey(directory, 'open', '-t', 'ed25519', '-N', 'phrase')
  chmodSync(open, 0o644)
  const unreadable = makeKey(
    directory,
    'unreadable',
    '-t',
    'ed25519',
    '-N',
    'phrase',
    '-Z',
    'chacha20-poly1305@openssh.com',
  )
  const { asked, options } = operator({})
  await askCredentials([target({ identityFiles: [open, unreadable] })], options)
  expect(asked).toEqual([])
})

test('the usual identity files are not asked about while there is another way in', async () => {
  const { asked, options } = operator({ [`passphrase of ${locked}`]: ['phrase'] })
  const usual = { ...target({ identityFiles: [plain, locked] }), identitiesOnly: false }
  await askCredentials([usual], options)
  expect(asked).toEqual([])
  await askCredentials([{ ...usual, identityFiles: [locked] }], options)
  expect(asked).toEqual([`passphrase of ${locked}`])
})

test('--ask-password and --ask-become-password ask once for all hosts, and the jump host gets none', async () => {
  const { asked, options } = operator({ 'SSH password': ['login'], 'sudo password': ['become'] })
  const jump = target({ host: 'bastion', identityFiles: [plain] })
  const targets = ['a', 'b'].map((name) => target({ name, identityFiles: [plain] }, { jumps: [jump] }))
  const filled = await askCredentials(targets, { ...options, askPassword: true, askBecomePassword: true })
  expect(asked).toEqual(['SSH password', 'sudo password'])
  expect(filled.map((one) => [one.password?.reveal(), one.becomePassword?.reveal(), one.jumps[0]?.password])).toEqual([
    ['login', 'become', undefined],
    ['login', 'become', undefined],
  ])
})

test('the environment is honoured where the target has none', async () => {
  const environment = {
    HA_PROVISION_PASSPHRASE: 'phrase',
    HA_PROVISION_PASSWORD: 'login',
    HA_PROVISION_BECOME_PASSWORD: 'become',
  }
  const targets = [target({ identityFiles: [locked] }), target({ password: new Secret('own') })]
  const filled = await askCredentials(targets, { environment, interactive: false })
  expect(filled.map((one) => [one.passphrase?.reveal(), one.password?.reveal(), one.becomePassword?.reveal()])).toEqual(
    [
      ['phrase', 'login', 'become'],
      ['phrase', 'own', 'become'],
    ],
  )
})

test('without a terminal it says which variable would do', async () => {
  const outcome = askCredentials([target({ identityFiles: [locked] })], { environment: {}, interactive: false })
  await expect(outcome).rejects.toThrow(HaError)
  await expect(outcome).rejects.toMatchObject({
    message: `the passphrase of ${locked} is needed, and there is no terminal to ask on`,
    mend: 'set HA_PROVISION_PASSPHRASE or connection.passphrase, or run it on a terminal',
  })
})

test('the defaults are those of ssh', () => {
  const endpoint = endpointDefaults({ host: 'box' }, { HOME: directory, SSH_AUTH_SOCK: '/run/agent' })
  expect(endpoint).toMatchObject({
    name: 'box',
    port: 22,
    identityFiles: [],
    identitiesOnly: false,
    agent: '/run/agent',
    hostKeyPolicy: 'strict',
  })
  expect(endpoint.knownHosts).toEqual([join(directory, '.ssh/known_hosts'), '/etc/ssh/ssh_known_hosts'])
  expect(endpointDefaults({ host: 'box', identityFiles: ['~/k'] }, { HOME: directory }).identityFiles).toEqual([
    join(directory, 'k'),
  ])
})
