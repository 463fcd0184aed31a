import { randomBytes } from 'node:crypto'

const MAGIC = 'openssh-key-v1\0'
const BEGIN = '-----BEGIN OPENSSH PRIVATE KEY-----'
const END = '-----END OPENSSH PRIVATE KEY-----'

/** What an OpenSSH private key file says without its passphrase. */
export interface OpenSshHeader {
  readonly cipher: string
  /** The public key, as agents and hosts know it. */
  readonly publicKey: Buffer
}

/** Undefined when the text is not an OpenSSH private key. */
export function readOpenSshHeader(text: string): OpenSshHeader | undefined {
  if (!text.includes(BEGIN)) return undefined
  const body = text.slice(text.indexOf(BEGIN) + BEGIN.length).split('-----')[0] ?? ''
  const data = Buffer.from(body, 'base64')
  if (data.subarray(0, MAGIC.length).toString('latin1') !== MAGIC) return undefined
  const [cipher, , , rest] = takeStrings(data.subarray(MAGIC.length), 3)
  const [publicKey] = takeStrings(rest?.subarray(4) ?? Buffer.alloc(0), 1)
  if (cipher === undefined || publicKey === undefined) return undefined
  return { cipher: cipher.toString('latin1'), publicKey }
}

/** An Ed25519 key in OpenSSH's own format, which is the only one ssh2 reads such a key in. */
export function writeEd25519(seed: Buffer, publicPart: Buffer): string {
  const publicKey = Buffer.concat([string('ssh-ed25519'), string(publicPart)])
  const check = randomBytes(4)
  const secret = Buffer.concat([check, check, publicKey, string(Buffer.concat([seed, publicPart])), string('')])
  const padding = Buffer.from(Array.from({ length: (8 - (secret.length % 8)) % 8 }, (_, index) => index + 1))
  const one = Buffer.from([0, 0, 0, 1])
  const parts = [
    string('none'),
    string('none'),
    string(''),
    one,
    string(publicKey),
    string(Buffer.concat([secret, padding])),
  ]
  const body = Buffer.concat([Buffer.from(MAGIC, 'latin1'), ...parts]).toString('base64')
  return `${BEGIN}\n${body.replaceAll(/.{70}/g, '$&\n')}\n${END}\n`
}

/** The wire format's strings: a length, then so many bytes. What is left comes last. */
function takeStrings(data: Buffer, count: number): (Buffer | undefined)[] {
  const taken: (Buffer | undefined)[] = []
  let at = 0
  for (let index = 0; index < count; index += 1) {
    const length = at + 4 <= data.length ? data.readUInt32BE(at) : Infinity
    if (at + 4 + length > data.length) return []
    taken.push(data.subarray(at + 4, at + 4 + length))
    at += 4 + length
  }
  return [...taken, data.subarray(at)]
}

function string(value: string | Buffer): Buffer {
  const data = Buffer.from(value)
  const length = Buffer.alloc(4)
  length.writeUInt32BE(data.length)
  return Buffer.concat([length, data])
}
