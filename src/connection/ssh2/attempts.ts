import type { AnyAuthMethod, ParsedKey } from 'ssh2'
import { OneKeyAgent } from './agent.ts'
import { mendFor } from '../credentials/identities.ts'
import type { Identity } from '../credentials/identities.ts'
import { fingerprint } from '../host-keys/known-hosts.ts'
import type { Endpoint } from '../types.ts'

/** One key to log in with, and its name in messages. */
export interface Attempt {
  readonly name: string
  readonly method: AnyAuthMethod
}

/** The keys that can be tried at an endpoint, in this order, and what cannot, and why. */
export interface Attempts {
  readonly list: readonly Attempt[]
  readonly unusable: readonly string[]
  readonly mend: string | undefined
}

/** Keys in the operator's order, then the rest of the agent's unless identity files were named. */
export function planAttempts(
  endpoint: Endpoint,
  identities: readonly Identity[],
  held: readonly ParsedKey[] | Error,
): Attempts {
  const agent = held instanceof Error ? [] : held
  const list: Attempt[] = []
  const unusable: string[] = held instanceof Error ? [held.message] : []
  let mend: string | undefined
  for (const { file, key, publicKey, certified } of identities) {
    if (certified) {
      unusable.push(`${file}-cert.pub: a certificate is for the ssh program only`)
      mend ??= 'let ssh itself log in with the certificate: connection.transport: openssh (or auto)'
    }
    const inAgent = publicKey === undefined ? undefined : agent.find((other) => other.getPublicSSH().equals(publicKey))
    if (!('kind' in key))
      list.push({ name: `key ${file}`, method: { type: 'publickey', username: endpoint.user, key } })
    else if (inAgent !== undefined) list.push(...agentAttempts(endpoint, [inAgent]))
    else {
      unusable.push(`${file}: ${key.detail}`)
      mend ??= mendFor(file, key)
    }
  }
  const known = identities.flatMap((identity) => identity.publicKey ?? [])
  const others = agent.filter((key) => !known.some((publicKey) => publicKey.equals(key.getPublicSSH())))
  if (!endpoint.identitiesOnly) list.push(...agentAttempts(endpoint, others))
  return { list, unusable, mend }
}

function agentAttempts(endpoint: Endpoint, keys: readonly ParsedKey[]): Attempt[] {
  const { agent, user } = endpoint
  if (agent === undefined) return []
  return keys.map((key) => ({
    name: `key ${fingerprint(key.getPublicSSH())} of the agent`,
    method: { type: 'agent', username: user, agent: new OneKeyAgent(agent, key) },
  }))
}
