import { Identities, mendFor } from '../credentials/identities.ts'
import { fingerprint } from '../host-keys/known-hosts.ts'
import type { Endpoint } from '../types.ts'

/** Why identity files were of no use, learnt after a login failed: ssh passes over them without a word. */
export async function problemsOf(
  endpoint: Endpoint,
  offered: readonly string[],
): Promise<{ readonly unusable: readonly string[]; readonly mend: string | undefined }> {
  const identities = new Identities()
  const unusable: string[] = []
  let mend: string | undefined
  for (const file of endpoint.identityFiles) {
    const { key, publicKey } = await identities.load(endpoint, file)
    // What the library cannot read, ssh may.
    if (!('kind' in key) || key.kind === 'unsupported') continue
    if (publicKey !== undefined && offered.includes(`key ${fingerprint(publicKey)} of the agent`)) continue
    unusable.push(`${file}: ${key.detail}`)
    mend ??= mendFor(file, key)
  }
  return { unusable, mend }
}
