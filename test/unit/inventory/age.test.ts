import * as age from 'age-encryption'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { loadInventory } from '../../../src/inventory/load.ts'
import { resolveAge, resolveFresh } from '../../../src/inventory/resolve-secret.ts'
import { InputError } from '../../../src/lib/problem.ts'
import { Secret } from '../../../src/lib/secret.ts'

let folder = ''
let identity = ''
let recipient = ''

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'age-'))
  identity = await age.generateX25519Identity()
  recipient = await age.identityToRecipient(identity)
  await file('keys.txt', `# created: today\n# public key: ${recipient}\n${identity}\n`)
  await file('secret.age', await encrypted('hunter2\n'))
})
afterAll(async () => {
  await rm(folder, { recursive: true })
})
afterEach(() => {
  vi.unstubAllEnvs()
})

async function file(name: string, content: string | Uint8Array): Promise<string> {
  await writeFile(join(folder, name), content)
  return join(folder, name)
}

async function encrypted(text: string, passphrase?: string): Promise<Uint8Array> {
  const encrypter = new age.Encrypter()
  if (passphrase === undefined) encrypter.addRecipient(recipient)
  else {
    encrypter.setScryptWorkFactor(10)
    encrypter.setPassphrase(passphrase)
  }
  return await encrypter.encrypt(text)
}

/** What is found, revealed; or why nothing is. */
async function found(path: string, key?: string): Promise<string> {
  const outcome = await resolveAge({ from: 'age', path, identity: key })
  return outcome instanceof Secret ? outcome.reveal() : `${outcome.message} → ${outcome.mend}`
}

test('binary and armored files are decrypted; the line break at the end is left out', async () => {
  const keys = join(folder, 'keys.txt')
  expect(await found(join(folder, 'secret.age'), keys)).toBe('hunter2')
  const armored = await file('armored.age', age.armor.encode(await encrypted('hunter3')))
  expect(await found(armored, keys)).toBe('hunter3')
})

test('post-quantum keys work too, among others in one file', async () => {
  const hybrid = await age.generateHybridIdentity()
  const encrypter = new age.Encrypter()
  encrypter.addRecipient(await age.identityToRecipient(hybrid))
  const path = await file('hybrid.age', await encrypter.encrypt('later'))
  const keys = await file('both.txt', `${identity}\r\n${hybrid}\r\n`)
  expect(await found(path, keys)).toBe('later')
})

test('the identity is that of the environment unless it is named', async () => {
  vi.stubEnv('HA_PROVISION_AGE_IDENTITY', join(folder, 'keys.txt'))
  expect(await found(join(folder, 'secret.age'))).toBe('hunter2')
  vi.stubEnv('HA_PROVISION_AGE_IDENTITY', join(folder, 'nothing.txt'))
  expect(await found(join(folder, 'secret.age'))).toContain('nothing.txt cannot be read')
})

test('a passphrase comes from the environment', async () => {
  const path = await file('phrase.age', await encrypted('hunter4', 'correct horse'))
  expect(await found(path)).toContain('is encrypted with a passphrase → set HA_PROVISION_AGE_PASSPHRASE')
  vi.stubEnv('HA_PROVISION_AGE_PASSPHRASE', 'correct horse')
  expect(await found(path)).toBe('hunter4')
  vi.stubEnv('HA_PROVISION_AGE_PASSPHRASE', 'wrong horse')
  const said = await found(path)
  expect(said).toContain('the passphrase is wrong')
  expect(said).not.toContain('horse')
})

test('what cannot be decrypted is explained, and no key is shown', async () => {
  const other = await age.generateX25519Identity()
  const secret = join(folder, 'secret.age')
  const cases = [
    [secret, await file('other.txt', other), 'no key in', 'identity: PATH'],
    [secret, await file('ssh', '-----BEGIN OPENSSH PRIVATE KEY-----\nx\n'), 'SSH keys as age identities', 'age-keygen'],
    [secret, await file('locked.txt', await encrypted(identity, 'x')), 'is itself encrypted', 'age -d'],
    [secret, await file('empty.txt', '# nothing\n'), 'holds no age key', 'age-keygen'],
    [await file('plain.age', 'hunter2'), join(folder, 'keys.txt'), 'is damaged', 'encrypt it again'],
    [await file('cut.age', (await encrypted('x')).slice(0, -5)), join(folder, 'keys.txt'), 'is damaged', 'again'],
    [secret, await file('bad.txt', `${identity.slice(0, -6)}QQQQQQ`), 'is damaged', 'encrypt'],
    [join(folder, 'nowhere.age'), undefined, 'cannot be read', 'correct the path'],
  ] as const
  for (const [path, key, what, mend] of cases) {
    const said = await found(path, key)
    expect(said).toContain(what)
    expect(said).toContain(mend)
    expect(said).not.toContain(other.slice(15, 30))
    expect(said).not.toContain(identity.slice(15, 30))
    expect(said).not.toContain('hunter')
  }
})

const inventory = (connection: string) => `
cluster: demo
connection: ${connection}
load_balancers: { lb1: 10.0.0.11, lb2: 10.0.0.12 }
vips: { api: { address: 10.0.0.10/24, interface: eth0 } }
haproxy: { frontends: { api: { servers: { cp1: "10.0.0.21:6443" } } } }
`

test('an inventory’s secrets are decrypted when it is loaded, and its commands run once for it', async () => {
  const path = await file(
    'demo.yaml',
    inventory(
      '{ become_password: { age: secret.age, identity: keys.txt }, password: { command: "echo x >> count; cat count" } }',
    ),
  )
  const { connection } = (await loadInventory(path)).inventory
  expect(connection.becomePassword?.reveal()).toBe('hunter2')
  expect(connection.password?.reveal()).toBe('x')
})

test('a file that cannot be decrypted is a problem at its place', async () => {
  const path = await file('broken.yaml', inventory('{ password: { age: nowhere.age } }'))
  await expect(loadInventory(path)).rejects.toMatchObject({
    problems: [{ rule: 'secret-unresolved', path: 'connection.password.age', line: 3 }],
  })
  await loadInventory(path, { secrets: 'placeholder' })
})

test.each([
  ['{ password: { identity: keys.txt } }', 'only an age file has an identity'],
  ['{ password: { env: X, identity: keys.txt } }', 'only an age file has an identity'],
  ['{ password: { env: X, age: secret.age } }', 'two sources of one secret'],
])('%s is refused', async (connection, message) => {
  const path = await file('refused.yaml', inventory(connection))
  const problems = await loadInventory(path).catch((error: unknown) =>
    error instanceof InputError ? error.problems : [],
  )
  expect(problems).toMatchObject([{ rule: 'secret-source' }])
  expect(JSON.stringify(problems)).toContain(message)
})

test('a one-time code is a source, looked up anew each time', async () => {
  const path = await file('codes.yaml', inventory('{ one_time_code: { command: "echo c >> codes; wc -l < codes" } }'))
  const { oneTimeCode } = (await loadInventory(path)).inventory.connection
  expect(oneTimeCode).toMatchObject({ from: 'command' })
  if (oneTimeCode === undefined) return
  const codes = [await resolveFresh(oneTimeCode, 'code'), await resolveFresh(oneTimeCode, 'code')]
  expect(codes.map((code) => code.reveal().trim())).toEqual(['1', '2'])
  const failing = { ...oneTimeCode, command: 'echo hush >&2; exit 1' }
  await expect(resolveFresh(failing, 'connection.one_time_code')).rejects.toThrow(
    'connection.one_time_code: the command that should print the secret failed',
  )
})
