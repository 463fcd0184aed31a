import type { ServerHostKeyAlgorithm } from 'ssh2'
import type { UnreachableError } from '../../lib/errors.ts'
import type { Endpoint } from '../types.ts'
import {
  authorityError,
  changedKeyError,
  nameIn,
  pinnedKeyError,
  revokedKeyError,
  unknownKeyError,
} from './host-key-errors.ts'
import { appendLine, readText, unwritableError } from './known-hosts-file.ts'
import { fingerprint, hashedName, judge, keyType, linesFor, parseKnownHosts, placeOf } from './known-hosts.ts'
import type { KnownKey } from './known-hosts.ts'

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
    if (endpoint.pinnedKeys.length > 0)
      return endpoint.pinnedKeys.includes(fingerprint(key)) ? undefined : pinnedKeyError(endpoint, key)
    const verdict = judge(this.#known(endpoint), placeOf(endpoint), key)
    switch (verdict.kind) {
      case 'known':
        return undefined
      case 'changed':
        return changedKeyError(endpoint, key, verdict.others)
      case 'revoked':
        return revokedKeyError(endpoint, key, verdict.by)
      case 'unknown':
        if (verdict.authority !== undefined) return authorityError(endpoint, key, verdict.authority)
        return endpoint.hostKeyPolicy === 'strict' ? unknownKeyError(endpoint, key) : this.#learn(endpoint, key)
    }
  }

  /**
   * The types known_hosts holds for the host first: a host known by its RSA key must not show another one. Without the
   * `unwanted`, which were shown already and are not those that are pinned: a fingerprint does not tell its type.
   */
  algorithms(endpoint: Endpoint, unwanted: readonly string[] = []): ServerHostKeyAlgorithm[] {
    const known = this.#known(endpoint)
    const place = placeOf(endpoint)
    const types = new Set(
      [...linesFor(known, place), ...linesFor(known, { ...place, port: 22 })]
        .filter(({ marker }) => marker === undefined)
        .map(({ type }) => type),
    )
    const wanted = ALGORITHMS.filter((algorithm) => types.has(typeOf(algorithm)))
    return [...new Set([...wanted, ...ALGORITHMS])].filter((algorithm) => !unwanted.includes(typeOf(algorithm)))
  }

  #known(endpoint: Endpoint): KnownKey[] {
    return endpoint.knownHosts.flatMap((file) => this.#files.get(file) ?? this.#read(file, endpoint))
  }

  #read(file: string, endpoint: Endpoint): KnownKey[] {
    const keys = parseKnownHosts(readText(file, endpoint), file)
    this.#files.set(file, keys)
    return keys
  }

  /** Written while the handshake waits, so two hosts with one name cannot both be new; and another process may have met it meanwhile. */
  #learn(endpoint: Endpoint, key: Buffer): UnreachableError | undefined {
    const [file] = endpoint.knownHosts
    if (file === undefined) return unknownKeyError(endpoint, key)
    const now = judge(this.#read(file, endpoint), placeOf(endpoint), key)
    if (now.kind !== 'unknown') return this.refusal(endpoint, key)
    const name = endpoint.hashKnownHosts ? hashedName(nameIn(endpoint)) : nameIn(endpoint)
    try {
      appendLine(file, endpoint, `${name} ${keyType(key)} ${key.toString('base64')}`)
      this.#read(file, endpoint)
      return undefined
    } catch (cause) {
      return unwritableError(file, endpoint, cause)
    }
  }
}

const typeOf = (algorithm: ServerHostKeyAlgorithm): string => (algorithm.startsWith('rsa-') ? 'ssh-rsa' : algorithm)
