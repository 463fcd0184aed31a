import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import type { AgeReference } from './secrets.ts'

interface Trouble {
  readonly message: string
  readonly mend: string
}

const ARMOR = '-----BEGIN AGE ENCRYPTED FILE-----'
/** The header names for whom the file is; it ends before this. */
const HEADER_END = '\n---'

/** The text of a file encrypted with age, or why it is not had. Nothing is written anywhere. */
export async function decryptAge({ path, identity = usualIdentity() }: AgeReference): Promise<string | Trouble> {
  const data = await read(path)
  if (!Buffer.isBuffer(data)) return data
  const { Decrypter, armor } = await import('age-encryption')
  try {
    const text = data.toString('latin1')
    const binary = text.trimStart().startsWith(ARMOR) ? armor.decode(text) : data
    const header = Buffer.from(binary).toString('latin1').split(HEADER_END)[0] ?? ''
    const decrypter = new Decrypter()
    if (/^-> scrypt /m.test(header)) {
      const { HA_PROVISION_AGE_PASSPHRASE: passphrase = '' } = process.env
      if (passphrase === '') return needsPassphrase(path)
      decrypter.addPassphrase(passphrase)
      return await decrypter.decrypt(binary, 'text').catch(() => wrongPassphrase(path))
    }
    const keys = await keysOf(identity, header)
    if (!Array.isArray(keys)) return keys
    for (const key of keys) decrypter.addIdentity(key)
    return await decrypter.decrypt(binary, 'text')
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error)
    if (said.startsWith('no identity matched')) return notForUs(path, identity)
    // What the library says of a wrong key may be a part of it, so only what it says of the file is shown.
    return { message: `${path} cannot be decrypted: the file or the key is damaged`, mend: 'encrypt it again with age' }
  }
}

/** age's own place for keys, unless the environment names another. */
function usualIdentity(): string {
  return process.env['HA_PROVISION_AGE_IDENTITY'] ?? join(homedir(), '.config/age/keys.txt')
}

async function keysOf(file: string, header: string): Promise<string[] | Trouble> {
  const data = await read(file)
  if (!Buffer.isBuffer(data)) return data
  const text = data.toString('utf8')
  if (/BEGIN [A-Z ]*PRIVATE KEY/.test(text)) return sshIdentity(file)
  if (text.includes(ARMOR) || text.startsWith('age-encryption.org/')) return lockedIdentity(file)
  const keys = text.split(/\r?\n/).filter((line) => /^AGE-SECRET-KEY-(PQ-)?1/.test(line.trim()))
  if (keys.length > 0) return keys.map((key) => key.trim())
  if (/^-> ssh-/m.test(header)) return sshIdentity(file)
  return { message: `${file} holds no age key`, mend: 'make one: age-keygen -o FILE, and encrypt for it: age -r age1…' }
}

const sshIdentity = (file: string): Trouble => ({
  message: `${file}: SSH keys as age identities are not supported`,
  mend: 'encrypt for an age key: age-keygen -o FILE, then age -r age1…; or let age itself decrypt: { command: "age -d -i KEY FILE" }',
})

const lockedIdentity = (file: string): Trouble => ({
  message: `${file} is itself encrypted, so its keys cannot be used`,
  mend: 'let age itself decrypt, which asks for the passphrase: { command: "age -d -i KEY FILE" }',
})

const needsPassphrase = (path: string): Trouble => ({
  message: `${path} is encrypted with a passphrase`,
  mend: 'set HA_PROVISION_AGE_PASSPHRASE, or encrypt it for a key: age -r age1…',
})

const wrongPassphrase = (path: string): Trouble => ({
  message: `${path}: the passphrase is wrong, or the file is damaged`,
  mend: 'correct HA_PROVISION_AGE_PASSPHRASE',
})

const notForUs = (path: string, identity: string): Trouble => ({
  message: `${path}: no key in ${identity} opens it`,
  mend: 'name the file with the key it was encrypted for: { age: PATH, identity: PATH }, or HA_PROVISION_AGE_IDENTITY',
})

async function read(file: string): Promise<Buffer | Trouble> {
  try {
    return await readFile(file)
  } catch {
    return { message: `${file} cannot be read`, mend: 'create the file, or correct the path' }
  }
}
