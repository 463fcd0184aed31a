import { createPrivateKey } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import ssh2 from 'ssh2'
import type { ParsedKey } from 'ssh2'
import { readOpenSshHeader, writeEd25519 } from './openssh-key.ts'

/** Why a private key cannot be used. */
export interface KeyProblem {
  readonly kind: 'encrypted' | 'wrong passphrase' | 'unsupported' | 'not a key' | 'public key' | 'open to others'
  readonly detail: string
}

/** The ciphers ssh2 decrypts OpenSSH keys with. */
const READABLE_CIPHER = /^(aes(128|192|256)-(ctr|cbc|gcm@openssh\.com)|3des-cbc|none)$/

/** Reads a private key in OpenSSH's format or any PEM. Decrypting takes 0.2 s in which nothing else runs. */
export function parsePrivateKey(text: string, passphrase: string | undefined): ParsedKey | KeyProblem {
  return text.includes('BEGIN OPENSSH PRIVATE KEY') ? fromOpenSsh(text, passphrase) : fromPem(text, passphrase)
}

/** Whether a passphrase is needed, and the public key as far as the file tells it without one. */
export function inspectPrivateKey(text: string): { encrypted: boolean; publicKey: Buffer | undefined } {
  const header = readOpenSshHeader(text)
  if (header !== undefined) return { encrypted: header.cipher !== 'none', publicKey: header.publicKey }
  return { encrypted: /^-----BEGIN ENCRYPTED |^Proc-Type: 4,ENCRYPTED/m.test(text), publicKey: undefined }
}

function fromOpenSsh(text: string, passphrase: string | undefined): ParsedKey | KeyProblem {
  const header = readOpenSshHeader(text)
  if (header === undefined) return { kind: 'not a key', detail: 'the file is damaged' }
  const type = header.publicKey.subarray(4, 64).toString('latin1')
  if (type.startsWith('sk-')) {
    return { kind: 'unsupported', detail: 'keys on a hardware token work only through an agent' }
  }
  if (!READABLE_CIPHER.test(header.cipher))
    return { kind: 'unsupported', detail: `it is encrypted with ${header.cipher}` }
  if (header.cipher !== 'none' && passphrase === undefined)
    return { kind: 'encrypted', detail: 'it needs a passphrase' }
  const key = firstKey(ssh2.utils.parseKey(text, passphrase))
  if (!(key instanceof Error)) return key
  if (header.cipher !== 'none') return { kind: 'wrong passphrase', detail: 'the passphrase is wrong' }
  return { kind: 'unsupported', detail: key.message }
}

function fromPem(text: string, passphrase: string | undefined): ParsedKey | KeyProblem {
  if (!/^-----BEGIN [A-Z ]*PRIVATE KEY-----/m.test(text))
    return { kind: 'not a key', detail: 'it is not a private key' }
  const { encrypted } = inspectPrivateKey(text)
  if (encrypted && passphrase === undefined) return { kind: 'encrypted', detail: 'it needs a passphrase' }
  try {
    const key = createPrivateKey({ key: text, format: 'pem', ...(passphrase === undefined ? {} : { passphrase }) })
    const parsed = firstKey(ssh2.utils.parseKey(asReadable(key)))
    return parsed instanceof Error ? { kind: 'unsupported', detail: parsed.message } : parsed
  } catch (error) {
    if (encrypted) return { kind: 'wrong passphrase', detail: 'the passphrase is wrong' }
    return { kind: 'unsupported', detail: error instanceof Error ? error.message : String(error) }
  }
}

/** ssh2 reads no PKCS#8, so every PEM is turned into the form it knows, in memory. */
function asReadable(key: KeyObject): string | Buffer {
  const type = key.asymmetricKeyType
  if (type === 'rsa') return key.export({ type: 'pkcs1', format: 'pem' })
  if (type === 'ec') return key.export({ type: 'sec1', format: 'pem' })
  if (type !== 'ed25519') throw new Error(`its type is ${type ?? 'unknown'}`)
  const { d = '', x = '' } = key.export({ format: 'jwk' })
  return writeEd25519(Buffer.from(d, 'base64url'), Buffer.from(x, 'base64url'))
}

/** ssh2 may give a list, which its types do not tell. */
function firstKey(parsed: ParsedKey | Error | readonly ParsedKey[]): ParsedKey | Error {
  if (!isList(parsed)) return parsed
  return parsed[0] ?? new Error('the file holds no key')
}

function isList(parsed: ParsedKey | Error | readonly ParsedKey[]): parsed is readonly ParsedKey[] {
  return Array.isArray(parsed)
}
