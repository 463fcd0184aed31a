import { Secret } from '../../lib/secret.ts'
import type { Corosync } from '../model.ts'
import type { RawCorosync } from '../schema/inventory.ts'
import type { Context } from './context.ts'
import { milliseconds } from './durations.ts'
import { normaliseSecret } from './secrets.ts'

export function normaliseCorosync(raw: RawCorosync, context: Context): Corosync {
  return {
    authkey: normaliseAuthkey(raw.authkey, context),
    token: milliseconds(raw.token, 1000),
    cipher: raw.crypto_cipher ?? 'aes256',
    hash: raw.crypto_hash ?? 'sha256',
    port: raw.port ?? 5405,
    device:
      raw.device === undefined
        ? undefined
        : {
            host: raw.device.host,
            port: raw.device.port,
            algorithm: raw.device.algorithm ?? 'ffsplit',
            // With TLS it starts only where certificates were made, by hand.
            tls: raw.device.tls ?? 'off',
          },
    extra: { totem: raw.extra?.totem ?? '', quorum: raw.extra?.quorum ?? '', file: raw.extra?.file ?? '' },
    version: raw.version,
  }
}

function normaliseAuthkey(raw: RawCorosync['authkey'], context: Context): Corosync['authkey'] {
  if (raw === undefined || raw === 'generate') return 'generate'
  const key = normaliseSecret(raw, ['corosync', 'authkey'], context)
  if (key === undefined) return 'generate'
  // base64 breaks its lines; compared with what a member has, it is one line.
  const line = key.reveal().replaceAll(/\s/g, '')
  return line === key.reveal() ? key : new Secret(line)
}
