import { type ErrorDetails, UnreachableError } from '../../lib/errors.ts'
import { printable } from '../../lib/printable.ts'
import { words } from '../../lib/shell.ts'
import { fingerprint, keyType, lookupName, placeOf } from './known-hosts.ts'
import type { KnownKey } from './known-hosts.ts'
import type { Endpoint } from '../types.ts'

/** Its host key is none of those pinned in the inventory. */
export class PinError extends UnreachableError {
  /** The type of the key that it showed. */
  readonly type: string

  constructor(type: string, what: string, details: ErrorDetails) {
    super(what, details)
    this.type = type
  }
}

/** What is known of it is its certificate authority only. */
export class AuthorityError extends UnreachableError {
  /** Where: a file and a line. */
  readonly known: string

  constructor(known: string, what: string, details: ErrorDetails) {
    super(what, details)
    this.known = known
  }
}

/** The name to look for in known_hosts. */
export function nameIn(endpoint: Endpoint): string {
  const { host, port } = placeOf(endpoint)
  return lookupName(host, port)
}

/** `ED25519 key SHA256:…`, in ssh's words. */
function describeKey(key: Buffer): string {
  const name = keyType(key)
    .replace(/^ssh-/, '')
    .replace(/^ecdsa-.*/, 'ecdsa')
  return `${name.toUpperCase()} key ${fingerprint(key)}`
}

export function unknownKeyError(endpoint: Endpoint, key: Buffer): UnreachableError {
  const file = endpoint.knownHosts[0] ?? '~/.ssh/known_hosts'
  const name = nameIn(endpoint)
  const line = `${name} ${keyType(key)} ${key.toString('base64')}`
  const what = `${name} is not in known_hosts; it shows the ${describeKey(key)}`
  const mend =
    `compare it with \`ssh-keygen -lf\` of /etc/ssh/ssh_host_*_key.pub on the host; if it is right: ` +
    `echo ${words(line)} >> ${words(file)}; or pin it in the inventory: host_key: ${fingerprint(key)}; or set connection.host_keys: accept-new to trust hosts at first sight`
  return new UnreachableError(what, { where: endpoint.name, mend })
}

export function changedKeyError(endpoint: Endpoint, key: Buffer, others: readonly KnownKey[]): UnreachableError {
  const type = keyType(key)
  const old = others.find((entry) => entry.type === type) ?? others[0]
  const known = old === undefined ? '' : `; known is the ${describeKey(old.key)} (${old.file}:${old.line})`
  const name = nameIn(endpoint)
  const what = `the host key of ${name} has changed: it shows the ${describeKey(key)}${known}`
  const remove = words('ssh-keygen', '-f', old?.file ?? '', '-R', name)
  const mend = `someone may be in between, or the host was installed anew. Only if you know why it changed: ${remove}`
  return new UnreachableError(what, { where: endpoint.name, mend })
}

export function revokedKeyError(endpoint: Endpoint, key: Buffer, by: KnownKey): UnreachableError {
  const name = nameIn(endpoint)
  return new UnreachableError(`${name} shows a revoked key: the ${describeKey(key)} (${by.file}:${by.line})`, {
    where: endpoint.name,
    mend: 'the key is marked @revoked there: give the host new keys (ssh-keygen -A) before it is used again',
  })
}

/** A wrong key ends the login, whatever known_hosts says: the inventory knows better. */
export function pinnedKeyError(endpoint: Endpoint, key: Buffer): PinError {
  const pinned = endpoint.pinnedKeys.map(printable).join(' or ')
  const at = lookupName(endpoint.host, endpoint.port)
  return new PinError(keyType(key), `${at} shows the ${describeKey(key)}; its host_key in the inventory is ${pinned}`, {
    where: endpoint.name,
    mend: 'someone may be in between, or the host was installed anew. Only if you know why it changed: correct host_key',
  })
}

/** Only a certificate of the host would tell, which the ssh2 library does not ask for; taking the bare key on trust would be less than the authority gives. */
export function authorityError(endpoint: Endpoint, key: Buffer, by: KnownKey): AuthorityError {
  const known = `${by.file}:${by.line}`
  const what =
    `${nameIn(endpoint)} is known by its certificate authority only (${known}), ` +
    `and certificates of hosts are not understood by the built-in ssh2; it shows the ${describeKey(key)}`
  const mend = 'set transport: openssh, whose ssh asks for the certificate; or pin the key: host_key in the inventory'
  return new AuthorityError(known, what, { where: endpoint.name, mend })
}
