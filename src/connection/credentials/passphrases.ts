import type { ParsedKey } from 'ssh2'
import { Secret } from '../../lib/secret.ts'
import { agentKeys } from '../ssh2/agent.ts'
import { loadIdentity, passphraseFor } from './identities.ts'
import type { Identity } from './identities.ts'
import type { Accept } from './prompt.ts'
import type { Endpoint } from '../types.ts'

/** Asks for the passphrase of each encrypted identity file that is needed and has none, once a file. */
export async function askPassphrases(
  endpoints: readonly Endpoint[],
  ask: (question: string, accept: Accept) => Promise<string>,
): Promise<ReadonlyMap<string, Secret>> {
  const locked = new Set<string>()
  for (const endpoint of endpoints) for (const file of await lockedFiles(endpoint)) locked.add(file)
  const answers = new Map<string, Secret>()
  for (const file of locked) answers.set(file, new Secret(await ask(`passphrase of ${file}`, opens(file))))
  return answers
}

/**
 * The files an endpoint needs unlocked: all that the operator named; of the usual ones, which nobody may want, only
 * when there is nothing else to log in with.
 */
async function lockedFiles(endpoint: Endpoint): Promise<string[]> {
  const identities = await Promise.all(endpoint.identityFiles.map(async (file) => await loadIdentity(file, undefined)))
  // Of what is wrong with a key only this is mended by an answer.
  const needsOne = ({ key }: Identity): boolean => 'kind' in key && key.kind === 'encrypted'
  const locked = identities.filter((one) => needsOne(one) && passphraseFor(endpoint, one.file) === undefined)
  if (locked.length === 0) return []
  const held = endpoint.agent === undefined ? [] : await agentKeys(endpoint.agent)
  const agent = held instanceof Error ? [] : held
  const hasOther = agent.length > 0 || endpoint.password !== undefined || identities.some((one) => !('kind' in one.key))
  if (!endpoint.identitiesOnly && hasOther) return []
  return locked.filter((one) => !isHeld(one, agent)).map((one) => one.file)
}

function isHeld({ publicKey }: Identity, agent: readonly ParsedKey[]): boolean {
  return publicKey !== undefined && agent.some((key) => key.getPublicSSH().equals(publicKey))
}

const opens = (file: string): Accept => {
  return async (answer) => {
    const { key } = await loadIdentity(file, new Secret(answer))
    return 'kind' in key ? key.detail : true
  }
}
