import { randomInt } from 'node:crypto'
import type { Facts } from '../facts/types.ts'
import type { Inventory } from '../inventory/model.ts'
import { HaError } from '../lib/errors.ts'
import { Secret } from '../lib/secret.ts'
import { readStatsPassword } from '../roles/haproxy/secrets.ts'
import { readAuthPass } from '../roles/keepalived/secrets.ts'
import type { ClusterSecrets } from '../roles/secrets.ts'

/** What a plan shows for a secret that only `up` may generate. */
const TO_BE_GENERATED = new Secret('generated')

/**
 * Supplied, else read back from the cluster, else generated (`generate`), else a placeholder.
 * Where members disagree the holder's counts: it is the one whose word the others would have to follow.
 * Throws HaError instead of generating one while a member is out of sight: it may be the one that knows it.
 */
export function settleSecrets(inventory: Inventory, facts: readonly Facts[], generate: boolean): ClusterSecrets {
  const holderFirst = [...facts].sort((a, b) => Number(holds(b, inventory)) - Number(holds(a, inventory)))
  const seen = new Set(facts.map(({ host }) => host))
  const unseen = inventory.loadBalancers.map(({ name }) => name).filter((name) => !seen.has(name))
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
    if (known !== undefined) return known
    if (!generate) return TO_BE_GENERATED
    if (unseen.length > 0) {
      throw new HaError(`${unseen.join(', ')} is out of sight, and may know a secret that would have to be generated`, {
        mend: 'bring it back, or name the secret in the inventory (keepalived.auth_pass, haproxy.stats.password)',
      })
    }
    return randomSecret(length)
  }
  return {
    // VRRP uses the first 8 characters (keepalived.conf(5)); a longer one would only look stronger.
    vrrpAuthPass: settle(inventory.keepalived.authPass, readAuthPass, 'keepalived', 8),
    authkey: undefined,
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
