import { existsSync } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import ssh2 from 'ssh2'
import type { ParsedKey } from 'ssh2'
import type { Secret } from '../../lib/secret.ts'
import { inspectPrivateKey, parsePrivateKey } from './private-key.ts'
import type { KeyProblem } from './private-key.ts'
import type { Endpoint } from '../types.ts'

/** What an identity file offers: its public key, by which an agent is asked, and its private key or why there is none. */
export interface Identity {
  readonly file: string
  readonly publicKey: Buffer | undefined
  readonly encrypted: boolean
  readonly key: ParsedKey | KeyProblem
  /** There is a certificate beside it. */
  readonly certified: boolean
}

/** The identity files of a run. Each is read and decrypted once, however many hosts it opens. */
export class Identities {
  readonly #loaded = new Map<string, Map<Secret | undefined, Promise<Identity>>>()

  async load(endpoint: Endpoint, file: string): Promise<Identity> {
    const passphrase = passphraseFor(endpoint, file)
    const ofFile = this.#loaded.get(file) ?? new Map<Secret | undefined, Promise<Identity>>()
    this.#loaded.set(file, ofFile)
    const identity = ofFile.get(passphrase) ?? loadIdentity(file, passphrase)
    ofFile.set(passphrase, identity)
    return await identity
  }
}

export function passphraseFor(endpoint: Endpoint, file: string): Secret | undefined {
  return endpoint.passphrases?.get(file) ?? endpoint.passphrase
}

export async function loadIdentity(file: string, passphrase: Secret | undefined): Promise<Identity> {
  return { ...(await loadKey(file, passphrase)), certified: existsSync(`${file}-cert.pub`) }
}

async function loadKey(file: string, passphrase: Secret | undefined): Promise<Omit<Identity, 'certified'>> {
  const [text, publicText] = await Promise.all([read(file), read(`${file}.pub`)])
  const beside = publicText instanceof Error ? undefined : publicPart(publicText)
  if (text instanceof Error) {
    const key: KeyProblem = { kind: 'not a key', detail: `it cannot be read: ${text.message}` }
    return { file, publicKey: beside, encrypted: false, key }
  }
  const itself = publicPart(text)
  if (itself !== undefined && !text.includes('PRIVATE KEY')) {
    // ssh takes it as the name of a key that an agent holds.
    const key: KeyProblem = { kind: 'public key', detail: 'it is the public key, and no agent holds the private one' }
    return { file, publicKey: itself, encrypted: false, key }
  }
  const { encrypted, publicKey } = inspectPrivateKey(text)
  const parsed = parsePrivateKey(text, passphrase?.reveal())
  const isKey = !('kind' in parsed) || parsed.kind !== 'not a key'
  const key = (isKey ? await openToOthers(file) : undefined) ?? parsed
  return { file, encrypted, key, publicKey: publicKey ?? ('kind' in key ? beside : key.getPublicSSH()) }
}

/** How to mend a key that cannot be used. */
export function mendFor(file: string, problem: KeyProblem): string | undefined {
  switch (problem.kind) {
    case 'encrypted':
    case 'wrong passphrase':
      return `set HA_PROVISION_PASSPHRASE or connection.passphrase for ${file}, or load it into an agent: ssh-add ${file}`
    case 'unsupported':
      return `write it in a form that can be read: ssh-keygen -p -f ${file} (on a copy), or load it into an agent: ssh-add ${file}`
    case 'public key':
      return `name the private key: ${file.replace(/\.pub$/, '')}; or load that one into an agent: ssh-add`
    case 'open to others':
      return `chmod 600 ${file}; whoever could read it may have a copy`
    case 'not a key':
      return `see ls -l ${file}; connection.identity_file wants the private key`
  }
}

/** ssh leaves such a key alone, so that the mistake is noticed; what one way in refuses the other does too. */
async function openToOthers(file: string): Promise<KeyProblem | undefined> {
  const { mode, uid } = await stat(file)
  if (uid !== process.getuid?.() || (mode & 0o077) === 0) return undefined
  const rights = (mode & 0o777).toString(8).padStart(4, '0')
  return { kind: 'open to others', detail: `others may read it (its mode is ${rights}), and ssh refuses such a key` }
}

function publicPart(text: string): Buffer | undefined {
  const parsed = ssh2.utils.parseKey(text)
  return parsed instanceof Error ? undefined : parsed.getPublicSSH()
}

async function read(file: string): Promise<string | Error> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error))
  }
}
