import type { LabHost } from './layout.ts'
import { publicHostKey } from './keys.ts'
import { paths } from './paths.ts'
import { writeIfNew } from './write-if-new.ts'

/** A host's name in known_hosts, its other names, and its key (type and base64). */
export interface KnownHost {
  readonly names: readonly string[]
  readonly key: string
}

/** The text of a known_hosts file. */
export function renderKnownHosts(hosts: readonly KnownHost[]): string {
  return hosts.map(({ names, key }) => `${names.join(',')} ${key}\n`).join('')
}

/** Writes .lab/known_hosts: load balancers by name and address, the bastion also by its loopback port. */
export async function writeKnownHosts(hosts: readonly LabHost[], bastion: LabHost, port: number): Promise<void> {
  const known = [
    { names: [`[127.0.0.1]:${port}`, bastion.name, bastion.address], key: await publicHostKey(bastion.name) },
    ...(await Promise.all(
      hosts.map(async ({ name, address }) => ({ names: [name, address], key: await publicHostKey(name) })),
    )),
  ]
  await writeIfNew(paths.knownHosts, renderKnownHosts(known))
}
