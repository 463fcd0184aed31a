import { createHash, createHmac } from 'node:crypto'

/** One line of a known_hosts file that names a key. */
export interface KnownKey {
  readonly file: string
  readonly line: number
  readonly revoked: boolean
  /** The host field as written: patterns with commas, or one hashed name. */
  readonly hosts: string
  readonly type: string
  readonly key: Buffer
}

/** What known_hosts says of a host's key. `others` are the keys it has for that host instead. */
export type Verdict =
  | { readonly kind: 'known' | 'unknown' }
  | { readonly kind: 'changed'; readonly others: readonly KnownKey[] }
  | { readonly kind: 'revoked'; readonly by: KnownKey }

/** Reads a known_hosts file as ssh does: comments, broken lines and @cert-authority are passed over. */
export function parseKnownHosts(text: string, file: string): KnownKey[] {
  return text.split('\n').flatMap((raw, index) => {
    const fields = raw.trim().split(/[ \t]+/)
    const marker = fields[0]?.startsWith('@') === true ? fields.shift() : undefined
    const [hosts = '', type = '', base64 = ''] = fields
    if (hosts === '' || hosts.startsWith('#') || (marker !== undefined && marker !== '@revoked')) return []
    const key = Buffer.from(base64, 'base64')
    if (type === '' || keyType(key) !== type) return []
    return [{ file, line: index + 1, revoked: marker === '@revoked', hosts, type, key }]
  })
}

/** The keys known for a host, in the order of the files. */
export function keysFor(known: readonly KnownKey[], host: string, port: number): KnownKey[] {
  const name = lookupName(host, port)
  return known.filter((entry) => matchesHost(entry.hosts, name))
}

/** Judges the key a host showed. A key known for the plain name is good for every port, as with ssh. */
export function judge(known: readonly KnownKey[], host: string, port: number, key: Buffer): Verdict {
  const verdict = judgeAmong(keysFor(known, host, port), key)
  if (verdict.kind !== 'unknown' || port === 22) return verdict
  const plain = judgeAmong(keysFor(known, host, 22), key)
  return plain.kind === 'changed' ? verdict : plain
}

function judgeAmong(entries: readonly KnownKey[], key: Buffer): Verdict {
  const revoked = entries.find((entry) => entry.revoked && entry.key.equals(key))
  if (revoked !== undefined) return { kind: 'revoked', by: revoked }
  const others = entries.filter((entry) => !entry.revoked)
  if (others.some((entry) => entry.key.equals(key))) return { kind: 'known' }
  return others.length === 0 ? { kind: 'unknown' } : { kind: 'changed', others }
}

/** The name a host has in known_hosts: `[host]:port` unless the port is 22. */
export function lookupName(host: string, port: number): string {
  const name = host.toLowerCase()
  return port === 22 ? name : `[${name}]:${port}`
}

/** The type that a key says of itself, in its first field. */
export function keyType(key: Buffer): string {
  if (key.length < 4) return ''
  return key.subarray(4, 4 + key.readUInt32BE(0)).toString('latin1')
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
  return createHmac('sha1', Buffer.from(salt, 'base64')).update(name).digest().equals(Buffer.from(hash, 'base64'))
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
