import { UnreachableError } from '../../lib/errors.ts'
import { words } from '../../lib/shell.ts'
import { fingerprint, keyType, lookupName } from './known-hosts.ts'
import type { KnownKey } from './known-hosts.ts'
import type { Endpoint } from '../types.ts'

/** `ED25519 key SHA256:…`, in ssh's words. */
function describeKey(key: Buffer): string {
  const name = keyType(key)
    .replace(/^ssh-/, '')
    .replace(/^ecdsa-.*/, 'ecdsa')
  return `${name.toUpperCase()} key ${fingerprint(key)}`
}

export function unknownKeyError(endpoint: Endpoint, key: Buffer): UnreachableError {
  const file = endpoint.knownHosts[0] ?? '~/.ssh/known_hosts'
  const line = `${lookupName(endpoint.host, endpoint.port)} ${keyType(key)} ${key.toString('base64')}`
  const what = `${lookupName(endpoint.host, endpoint.port)} is not in known_hosts; it shows the ${describeKey(key)}`
  const mend =
    `compare it with \`ssh-keygen -lf\` of /etc/ssh/ssh_host_*_key.pub on the host; if it is right: ` +
    `echo ${words(line)} >> ${words(file)}; or set connection.host_keys: accept-new to trust hosts at first sight`
  return new UnreachableError(what, { where: endpoint.name, mend })
}

export function changedKeyError(endpoint: Endpoint, key: Buffer, others: readonly KnownKey[]): UnreachableError {
  const type = keyType(key)
  const old = others.find((entry) => entry.type === type) ?? others[0]
  const known = old === undefined ? '' : `; known is the ${describeKey(old.key)} (${old.file}:${old.line})`
  const name = lookupName(endpoint.host, endpoint.port)
  const what = `the host key of ${name} has changed: it shows the ${describeKey(key)}${known}`
  const remove = words('ssh-keygen', '-f', old?.file ?? '', '-R', name)
  const mend = `someone may be in between, or the host was installed anew. Only if you know why it changed: ${remove}`
  return new UnreachableError(what, { where: endpoint.name, mend })
}

export function revokedKeyError(endpoint: Endpoint, key: Buffer, by: KnownKey): UnreachableError {
  const name = lookupName(endpoint.host, endpoint.port)
  return new UnreachableError(`${name} shows a revoked key: the ${describeKey(key)} (${by.file}:${by.line})`, {
    where: endpoint.name,
    mend: 'the key is marked @revoked there: give the host new keys (ssh-keygen -A) before it is used again',
  })
}
