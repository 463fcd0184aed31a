import { appendFileSync, mkdirSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import type { ServerHostKeyAlgorithm } from 'ssh2'
import { UnreachableError } from '../../lib/errors.ts'
import { changedKeyError, revokedKeyError, unknownKeyError } from './host-key-errors.ts'
import { judge, keysFor, keyType, lookupName, parseKnownHosts } from './known-hosts.ts'
import type { KnownKey } from './known-hosts.ts'
import type { Endpoint } from '../types.ts'

/** Asked for in this order where known_hosts has no wish. SHA-1 signatures (ssh-rsa) are not, as with ssh. */
const ALGORITHMS: readonly ServerHostKeyAlgorithm[] = [
  'ssh-ed25519',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'rsa-sha2-512',
  'rsa-sha2-256',
]

/** The known_hosts files of a run: each is read once, and what `accept-new` learns is remembered. */
export class HostKeys {
  readonly #files = new Map<string, KnownKey[]>()

  /** Why the key a host shows is refused; undefined when it is right (or new, and new ones are wanted). */
  refusal(endpoint: Endpoint, key: Buffer): UnreachableError | undefined {
    const { host, port } = placeOf(endpoint)
    const verdict = judge(this.#known(endpoint), host, port, key)
    switch (verdict.kind) {
      case 'known':
        return undefined
      case 'changed':
        return changedKeyError(endpoint, key, verdict.others)
      case 'revoked':
        return revokedKeyError(endpoint, key, verdict.by)
      case 'unknown':
        return endpoint.hostKeyPolicy === 'strict' ? unknownKeyError(endpoint, key) : this.#learn(endpoint, key)
    }
  }

  /** The types known_hosts holds for the host first: a host known by its RSA key must not show another one. */
  algorithms(endpoint: Endpoint): ServerHostKeyAlgorithm[] {
    const { host, port } = placeOf(endpoint)
    const known = this.#known(endpoint)
    const types = new Set(
      [...keysFor(known, host, port), ...keysFor(known, host, 22)]
        .filter((entry) => !entry.revoked)
        .map((entry) => entry.type),
    )
    const wanted = ALGORITHMS.filter((algorithm) => types.has(algorithm.startsWith('rsa-') ? 'ssh-rsa' : algorithm))
    return [...new Set([...wanted, ...ALGORITHMS])]
  }

  #known(endpoint: Endpoint): KnownKey[] {
    return endpoint.knownHosts.flatMap((file) => this.#read(file, endpoint))
  }

  #read(file: string, endpoint: Endpoint): KnownKey[] {
    const cached = this.#files.get(file)
    if (cached !== undefined) return cached
    const keys = parseKnownHosts(readText(file, endpoint), file)
    this.#files.set(file, keys)
    return keys
  }

  /** Written while the handshake waits, so two hosts with one name cannot both be new. */
  #learn(endpoint: Endpoint, key: Buffer): UnreachableError | undefined {
    const [file] = endpoint.knownHosts
    if (file === undefined) return unknownKeyError(endpoint, key)
    const hosts = lookupName(endpoint.host, endpoint.port)
    const type = keyType(key)
    try {
      mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
      const before = readText(file, endpoint)
      const gap = before === '' || before.endsWith('\n') ? '' : '\n'
      appendFileSync(file, `${gap}${hosts} ${type} ${key.toString('base64')}\n`, { mode: 0o600 })
      this.#files.set(file, parseKnownHosts(readText(file, endpoint), file))
      return undefined
    } catch (cause) {
      const mend = 'make the file writable, or name another one in connection.known_hosts'
      return new UnreachableError(`the new host key cannot be written to ${file}`, {
        where: endpoint.name,
        mend,
        cause,
      })
    }
  }
}

/** ssh's HostKeyAlias takes the place of name and port. */
function placeOf({ host, port, hostKeyAlias }: Endpoint): { readonly host: string; readonly port: number } {
  return hostKeyAlias === undefined ? { host, port } : { host: hostKeyAlias, port: 22 }
}

function readText(file: string, endpoint: Endpoint): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return ''
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new UnreachableError(`known_hosts cannot be read: ${why}`, { where: endpoint.name, cause })
  }
}
