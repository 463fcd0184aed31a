import { error, type Rule, type RuleFinding } from './rule.ts'

/** What the raw lines of a part must not say, because the file says it already, and what says it. */
const SAID: Readonly<Record<'totem' | 'quorum' | 'file', Readonly<Record<string, string>>>> = {
  totem: {
    version: 'leave it out: it is always 2',
    cluster_name: 'the name is cluster',
    transport: 'leave it out: it is always knet',
    token: 'write corosync.token',
    crypto_cipher: 'write corosync.crypto_cipher',
    crypto_hash: 'write corosync.crypto_hash',
    secauth: 'write corosync.crypto_cipher and corosync.crypto_hash',
    keyfile: 'leave it out: the key is written where corosync looks for it',
    key: 'write corosync.authkey',
  },
  quorum: {
    provider: 'leave it out: it is always corosync_votequorum',
    two_node: 'leave it out: it is set where there are two members and no device',
    expected_votes: 'leave it out: it would count more than the list of members does',
    device: 'write corosync.device',
  },
  file: {
    totem: 'write its lines into corosync.extra.totem',
    quorum: 'write its lines into corosync.extra.quorum',
    nodelist: 'leave it out: the members are load_balancers, with node_id and links',
  },
}

export const corosyncExtra: Rule = ({ inventory: { corosync } }) =>
  (['totem', 'quorum', 'file'] as const).flatMap((part): readonly RuleFinding[] =>
    wordsOf(corosync.extra[part])
      .filter((word) => Object.hasOwn(SAID[part], word))
      .map((word) =>
        error(
          ['corosync', 'extra', part],
          `${word} is said elsewhere in corosync.conf`,
          SAID[part][word] ?? 'leave it out',
        ),
      ),
  )

/** votequorum knows no tie breaker of its own beside two_node or a device. */
export const autoTieBreaker: Rule = ({ inventory: { corosync, loadBalancers } }) => {
  const wanted = /^\s*auto_tie_breaker\s*:\s*1/m.test(corosync.extra.quorum)
  if (!wanted || (loadBalancers.length !== 2 && corosync.device === undefined)) return []
  const rival = corosync.device === undefined ? 'two_node, which two members have' : 'a quorum device'
  const message = `corosync knows no auto_tie_breaker beside ${rival}`
  return [error(['corosync', 'extra', 'quorum'], message, 'leave auto_tie_breaker out')]
}

/** The keys and the sections of the outermost level. */
function wordsOf(text: string): readonly string[] {
  let depth = 0
  return text.split('\n').flatMap((line) => {
    const [, word, sign] = /^\s*([a-z_]+)\s*([:{])/.exec(line) ?? []
    const outer = depth === 0
    if (sign === '{') depth += 1
    if (/^\s*\}/.test(line)) depth = Math.max(0, depth - 1)
    return outer && word !== undefined ? [word] : []
  })
}
