import { formatDuration } from '../../lib/duration.ts'
import { Secret } from '../../lib/secret.ts'
import { isPlaceholder } from '../secrets.ts'
import { error, type Rule, warning } from './rule.ts'

/** Three ticks of 10 ms: corosync does not start below (MINIMUM_TIMEOUT of totemconfig.c). */
const SHORTEST_TOKEN = 30
const SENSIBLE_TOKEN = { from: 1000, to: 30_000 }

export const tokenRange: Rule = ({ inventory: { corosync } }) => {
  const { token } = corosync
  const path = ['corosync', 'token']
  if (token < SHORTEST_TOKEN)
    return [error(path, `corosync does not start with a token of ${formatDuration(token)}`, 'write 1s to 3s')]
  if (token < SENSIBLE_TOKEN.from) {
    const message = `a member that pauses for ${formatDuration(token)} counts as lost: any backup or migration of a VM does that`
    return [warning(path, message, 'write 1s to 3s, or more where VMs are migrated')]
  }
  return token > SENSIBLE_TOKEN.to
    ? [warning(path, `a lost member goes unnoticed for ${formatDuration(token)}`, 'write 1s to 3s')]
    : []
}

export const cryptoHash: Rule = ({ inventory: { corosync } }) => {
  if (corosync.hash !== 'none') return []
  const path = ['corosync', 'crypto_hash']
  if (corosync.cipher !== 'none')
    return [error(path, 'corosync does not encrypt without a hash', 'leave it out, or write sha256')]
  const message = 'whoever reaches the members’ network can speak as one of them'
  return [warning(path, message, 'leave crypto_cipher and crypto_hash out')]
}

/** The value is never shown, and neither is how long it is. */
export const authkeyForm: Rule = ({ inventory: { corosync } }) => {
  const { authkey } = corosync
  if (!(authkey instanceof Secret) || isPlaceholder(authkey)) return []
  const text = authkey.reveal()
  const key = Buffer.from(text, 'base64')
  const mend = 'write what `base64 /etc/corosync/authkey` prints into the source of the secret'
  const path = ['corosync', 'authkey']
  if (key.toString('base64').replaceAll('=', '') !== text.replaceAll('=', ''))
    return [error(path, 'the key is not in base64', mend)]
  return key.length >= 128 && key.length <= 4096
    ? []
    : [error(path, 'a key of corosync has 128 to 4096 bytes', 'make one: head -c 256 /dev/urandom | base64')]
}
