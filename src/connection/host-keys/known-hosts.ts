import type { HostKey } from '../types.ts'
import { createHash, createHmac, randomBytes } from 'node:crypto'

/** One line of a known_hosts file that names a key. */
export interface KnownKey {
  readonly file: string
  readonly line: number
  readonly marker: '@revoked' | '@cert-authority' | undefined
  /** The host field as written: patterns with commas, or one hashed name. */
  readonly hosts: string
  readonly type: string
  readonly key: Buffer
}

/** Under which name a host is looked up. */
export interface Place {
  readonly host: string
  readonly port: number
}

/**
 * What known_hosts says of a host's key. `others` are the keys it has for that host instead; `authority`, where no key is
 * known, vouches for the certificate that the host may have.
 */
export type Verdict =
  | { readonly kind: 'known' }
  | { readonly kind: 'unknown'; readonly authority: KnownKey | undefined }
  | { readonly kind: 'changed'; readonly others: readonly KnownKey[] }
  | { readonly kind: 'revoked'; readonly by: KnownKey }

/** Reads a known_hosts file as ssh does: comments, broken lines and unknown markers are passed over. */
export function parseKnownHosts(text: string, file: string): KnownKey[] {
  return text.split('\n').flatMap((raw, index) => {
    const fields = raw.trim().split(/[ \t]+/)
    const marker = fields[0]?.startsWith('@') === true ? fields.shift() : undefined
    const [hosts = '', type = '', base64 = ''] = fields
    if (hosts === '' || hosts.startsWith('#')) return []
    if (marker !== undefined && marker !== '@revoked' && marker !== '@cert-authority') return []
    const key = Buffer.from(base64, 'base64')
    if (type === '' || keyType(key) !== type) return []
    return [{ file, line: index + 1, marker, hosts, type, key }]
  })
}

/** ssh's HostKeyAlias takes the place of name and port. */
export function placeOf({ host, port, hostKeyAlias }: Place & { readonly hostKeyAlias: string | undefined }): Place {
  return hostKeyAlias === undefined ? { host, port } : { host: hostKeyAlias, port: 22 }
}

/** The lines for a host, in the order of the files. */
export function linesFor(known: readonly KnownKey[], { host, port }: Place): KnownKey[] {
  const name = lookupName(host, port)
  return known.filter((entry) => matchesHost(entry.hosts, name))
}

/** Judges the key a host showed. A key known for the plain name is good for every port, as with ssh. */
export function judge(known: readonly KnownKey[], place: Place, key: Buffer): Verdict {
  const verdict = judgeAmong(linesFor(known, place), key)
  if (verdict.kind !== 'unknown' || place.port === 22) return verdict
  const plain = judgeAmong(linesFor(known, { ...place, port: 22 }), key)
  if (plain.kind === 'changed') return verdict
  return plain.kind === 'unknown' ? { ...plain, authority: verdict.authority ?? plain.authority } : plain
}

function judgeAmong(entries: readonly KnownKey[], key: Buffer): Verdict {
  const revoked = entries.find(({ marker, key: known }) => marker === '@revoked' && known.equals(key))
  if (revoked !== undefined) return { kind: 'revoked', by: revoked }
  const others = entries.filter(({ marker }) => marker === undefined)
  if (others.some((entry) => entry.key.equals(key))) return { kind: 'known' }
  if (others.length > 0) return { kind: 'changed', others }
  return { kind: 'unknown', authority: entries.find(({ marker }) => marker === '@cert-authority') }
}

/** The name a host has in known_hosts: `[host]:port` unless the port is 22. */
export function lookupName(host: string, port: number): string {
  const name = host.toLowerCase()
  return port === 22 ? name : `[${name}]:${port}`
}

/** The name as ssh's HashKnownHosts writes it: nobody can read from the file where one logs in. */
export function hashedName(name: string): string {
  const salt = randomBytes(20)
  return `|1|${salt.toString('base64')}|${hashOf(name, salt).toString('base64')}`
}

const hashOf = (name: string, salt: Buffer): Buffer => createHmac('sha1', salt).update(name).digest()

/** The type that a key says of itself, in its first field. */
export function keyType(key: Buffer): string {
  if (key.length < 4) return ''
  return key.subarray(4, 4 + key.readUInt32BE(0)).toString('latin1')
}

/** A key as it is told of a host. */
export function hostKeyOf(key: Buffer): HostKey {
  return { type: keyType(key), fingerprint: fingerprint(key) }
}

/** As ssh prints it. */
export function fingerprint(key: Buffer): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`
}

function matchesHost(hosts: string, name: string): boolean {
  if (hosts.startsWith('|')) return matchesHashed(hosts, name)
  let matched = false
  for (const pattern of hosts.toLowerCase().split(',')) {
    const negated = pattern.startsWith('!')
    if (!matchesPattern(negated ? pattern.slice(1) : pattern, name)) continue
    if (negated) return false
    matched = true
  }
  return matched
}

function matchesHashed(hosts: string, name: string): boolean {
  const [, version, salt = '', hash = ''] = hosts.split('|')
  if (version !== '1') return false
  return hashOf(name, Buffer.from(salt, 'base64')).equals(Buffer.from(hash, 'base64'))
}

/** `*` and `?`, without a regular expression: a hostile pattern must not be able to take for ever. */
function matchesPattern(pattern: string, name: string): boolean {
  let [at, in_, star, retry] = [0, 0, -1, 0]
  while (in_ < name.length) {
    const wanted = pattern[at]
    if (wanted === '*') {
      star = at
      retry = in_
      at += 1
    } else if (wanted === '?' || wanted === name[in_]) {
      at += 1
      in_ += 1
    } else if (star !== -1) {
      at = star + 1
      retry += 1
      in_ = retry
    } else return false
  }
  return /^\**$/.test(pattern.slice(at))
}
