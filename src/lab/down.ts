import { rm } from 'node:fs/promises'
import { imagePrefix } from './base-image.ts'
import { containerOf, labLabel, listContainers, removeMembers } from './containers.ts'
import { projectName } from './layout.ts'
import { checkout, paths } from './paths.ts'
import { attempt, run } from './run.ts'
import type { Say } from './say.ts'

/** What `lab down` is asked for. */
export interface LabDownOptions {
  /** Removes the lab's images too, those that no other checkout uses. */
  readonly images?: boolean | undefined
}

/**
 * Removes this checkout's containers, network and volumes, found by their label. Keys, port and subnet stay for the next
 * time. Throws an HaError when Docker does not answer.
 */
export async function labDown(options: LabDownOptions, say: Say): Promise<void> {
  const project = projectName(checkout)
  const members = (await listContainers(project)).map(({ name }) => name)
  await removeMembers(project, members)
  await removeAll('network', project)
  await removeAll('volume', project)
  await rm(paths.inventory, { force: true })
  if (options.images === true) await removeImages()
  say(
    members.length === 0 ? 'no lab is up' : `down: ${members.map((name) => containerOf({ project }, name)).join(', ')}`,
  )
}

async function removeAll(kind: 'network' | 'volume', project: string): Promise<void> {
  const filter = ['--quiet', '--filter', `label=${labLabel}=${project}`]
  const found = (await run('docker', [kind, 'ls', ...filter], { seconds: 30 })).split('\n').filter((id) => id !== '')
  if (found.length > 0) await run('docker', [kind, 'rm', ...found], { seconds: 60 })
}

/** Docker refuses to remove what a container of another checkout uses: then it stays. */
async function removeImages(): Promise<void> {
  const args = ['image', 'ls', '--filter', `reference=${imagePrefix}*`, '--format', '{{.Repository}}:{{.Tag}}']
  const tags = (await run('docker', args, { seconds: 30 })).split('\n').filter((tag) => tag !== '')
  for (const tag of tags) await attempt('docker', ['rmi', tag], { seconds: 60 })
}
