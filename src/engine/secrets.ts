import { randomInt } from 'node:crypto'
import type { Facts } from '../facts/types.ts'
import type { Inventory } from '../inventory/model.ts'
import { Secret } from '../lib/secret.ts'
import { readStatsPassword } from '../roles/haproxy/secrets.ts'
import { readAuthPass } from '../roles/keepalived/secrets.ts'
import type { ClusterSecrets } from '../roles/secrets.ts'

/** What a plan shows for a secret that only `up` may generate. */
const TO_BE_GENERATED = new Secret('generated')

/**
 * Supplied, else read back from the cluster, else generated (`generate`), else a placeholder.
 * Where members disagree the holder's counts: it is the one whose word the others would have to follow.
 */
export function settleSecrets(inventory: Inventory, facts: readonly Facts[], generate: boolean): ClusterSecrets {
  const holderFirst = [...facts].sort((a, b) => Number(holds(b, inventory)) - Number(holds(a, inventory)))
  const settle = (
    wanted: 'generate' | 'none' | Secret | undefined,
    read: (config: string) => Secret | undefined,
    from: keyof Facts['configs'],
    length: number,
  ): Secret | undefined => {
    if (wanted instanceof Secret) return wanted
    if (wanted !== 'generate') return undefined
    const known = holderFirst
      .map(({ configs }) => configs[from] && read(configs[from].reveal()))
      .find((secret) => secret !== undefined)
    return known ?? (generate ? randomSecret(length) : TO_BE_GENERATED)
  }
  return {
    // VRRP uses the first 8 characters (keepalived.conf(5)); a longer one would only look stronger.
    vrrpAuthPass: settle(inventory.keepalived.authPass, readAuthPass, 'keepalived', 8),
    statsPassword: settle(inventory.haproxy.stats?.password, readStatsPassword, 'haproxy', 24),
  }
}

function holds(facts: Facts, { vips }: Inventory): boolean {
  return facts.interfaces.some(({ addresses }) =>
    addresses.some(({ address }) => vips.some((vip) => vip.address === address)),
  )
}

const ALPHABET = 'abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789'

function randomSecret(length: number): Secret {
  return new Secret(Array.from({ length }, () => ALPHABET[randomInt(ALPHABET.length)] ?? '').join(''))
}
