import { run } from './run.ts'

/** Puts on everything of a lab, so that only what is ours is ever touched. */
export const labLabel = 'ha-provision.lab'

/** A container of a lab: who it is there (lb1), and what Docker says of it (running, exited, paused). */
export interface Container {
  readonly name: string
  readonly state: string
}

/** The container of a member of the lab: lb1, api2, bastion. */
export function containerOf(lab: { readonly project: string }, member: string): string {
  return `${lab.project}-${member}`
}

/** All containers of a project, stopped ones too. */
export async function listContainers(project: string): Promise<Container[]> {
  const args = ['ps', '--all', '--filter', `label=${labLabel}=${project}`, '--format', '{{.Names}}\t{{.State}}']
  const lines = (await run('docker', args, { seconds: 30 })).split('\n').filter((line) => line !== '')
  return lines.map((line) => {
    const [name = '', state = ''] = line.split('\t')
    return { name: name.slice(project.length + 1), state }
  })
}

/**
 * Removes members: what runs in them is killed, not stopped. One after the other, since two that leave a network in the same
 * moment can lock Docker Engine 20.10 up for good (moby/moby#42545).
 */
export async function removeMembers(project: string, members: readonly string[]): Promise<void> {
  for (const member of members) {
    await run('docker', ['rm', '--force', '--volumes', containerOf({ project }, member)], { seconds: 60 })
  }
}

/** Removes a project's networks; nothing may be in them. */
export async function removeNetworks(project: string): Promise<void> {
  await removeAll('network', project)
}

/** Removes a project's volumes; nothing may use them. */
export async function removeVolumes(project: string): Promise<void> {
  await removeAll('volume', project)
}

async function removeAll(kind: 'network' | 'volume', project: string): Promise<void> {
  const filter = ['--quiet', '--filter', `label=${labLabel}=${project}`]
  const found = (await run('docker', [kind, 'ls', ...filter], { seconds: 30 })).split('\n').filter((id) => id !== '')
  if (found.length > 0) await run('docker', [kind, 'rm', ...found], { seconds: 60 })
}
