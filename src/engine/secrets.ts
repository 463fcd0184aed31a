import { randomBytes, randomInt } from 'node:crypto'
import type { Facts } from '../facts/types.ts'
import type { Inventory } from '../inventory/model.ts'
import { HaError } from '../lib/errors.ts'
import { Secret } from '../lib/secret.ts'
import { readStatsPassword } from '../roles/haproxy/secrets.ts'
import { readAuthPass } from '../roles/keepalived/secrets.ts'
import { belongingOf, countListed } from '../roles/corosync/ours.ts'
import type { ClusterSecrets } from '../roles/secrets.ts'

/** As long as corosync-keygen makes it. */
const KEY_BYTES = 256

/** What a plan shows for a secret that only `up` may generate. */
const TO_BE_GENERATED = new Secret('generated')
/** The same for a key, which has a form of its own. */
const KEY_TO_BE_GENERATED = new Secret(Buffer.alloc(KEY_BYTES).toString('base64'))

/**
 * Supplied, else read back from the cluster, else generated (`generate`), else a placeholder.
 * Where members disagree the holder's counts: it is the one whose word the others would have to follow.
 * Throws HaError instead of generating one while a member is out of sight: it may be the one that knows it.
 */
export function settleSecrets(inventory: Inventory, facts: readonly Facts[], generate: boolean): ClusterSecrets {
  const holderFirst = [...facts].sort(
    (a, b) => Number(holds(b, inventory)) - Number(holds(a, inventory)) || listed(b, inventory) - listed(a, inventory),
  )
  const seen = new Set(facts.map(({ host }) => host))
  const unseen = inventory.loadBalancers.map(({ name }) => name).filter((name) => !seen.has(name))
  const settle = (
    wanted: 'generate' | 'none' | Secret | undefined,
    read: (config: string) => Secret | undefined,
    from: keyof Facts['configs'],
    make: () => Secret,
    placeholder = TO_BE_GENERATED,
  ): Secret | undefined => {
    if (wanted instanceof Secret) return wanted
    if (wanted !== 'generate') return undefined
    const known = holderFirst
      .filter((one) => from !== 'authkey' || isOfCluster(one, inventory))
      .map(({ configs }) => configs[from] && read(configs[from].reveal()))
      .find((secret) => secret !== undefined)
    if (known !== undefined) return known
    if (!generate) return placeholder
    if (unseen.length > 0) {
      throw new HaError(`${unseen.join(', ')} is out of sight, and may know a secret that would have to be generated`, {
        mend: 'bring it back, or name the secret in the inventory (keepalived.auth_pass, corosync.authkey, haproxy.stats.password)',
      })
    }
    return make()
  }
  const password = (length: number) => () => randomSecret(length)
  const { ha, keepalived, corosync } = inventory
  const isPlain = corosync.cipher === 'none' && corosync.hash === 'none'
  return {
    // VRRP uses the first 8 characters (keepalived.conf(5)); a longer one would only look stronger.
    vrrpAuthPass: settle(
      ha === 'keepalived' ? keepalived.authPass : undefined,
      readAuthPass,
      'keepalived',
      password(8),
    ),
    authkey: settle(
      ha === 'pacemaker' && !isPlain ? suppliedKey(corosync.authkey) : undefined,
      (key) => new Secret(key),
      'authkey',
      () => new Secret(randomBytes(KEY_BYTES).toString('base64')),
      KEY_TO_BE_GENERATED,
    ),
    statsPassword: settle(inventory.haproxy.stats?.password, readStatsPassword, 'haproxy', password(24)),
  }
}

/** base64 as programs print it has line breaks. */
function suppliedKey(key: 'generate' | Secret): 'generate' | Secret {
  return key === 'generate' ? key : new Secret(key.reveal().replaceAll(/\s/g, ''))
}

/** A key beside no cluster's corosync.conf may be anybody's, or published. */
function isOfCluster({ configs }: Facts, inventory: Inventory): boolean {
  return belongingOf(configs.corosync?.reveal(), inventory) === 'ours'
}

function listed({ configs }: Facts, inventory: Inventory): number {
  return countListed(configs.corosync?.reveal() ?? '', inventory)
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
