import { rm } from 'node:fs/promises'
import { imagePrefix } from './base-image.ts'
import { containerOf, labLabel, listContainers, removeMembers, removeNetworks, removeVolumes } from './containers.ts'
import { projectName } from './layout.ts'
import { checkout, currentName, pathsOf } from './paths.ts'
import { attempt, run } from './run.ts'
import type { Say } from './say.ts'

/** What `lab down` is asked for. */
export interface LabDownOptions {
  /** All labs of this checkout, not only the one that the environment names. */
  readonly all?: boolean | undefined
  /** Removes the lab's images too, those that no other checkout uses. */
  readonly images?: boolean | undefined
}

/**
 * Removes containers, networks and volumes of this checkout's lab or labs, found by their label. Keys, port and subnet
 * stay for the next time. Throws an HaError when Docker does not answer.
 */
export async function labDown(options: LabDownOptions, say: Say): Promise<void> {
  const gone: string[] = []
  for (const name of options.all === true ? await namesOfAll() : [currentName]) gone.push(...(await removeLab(name)))
  if (options.images === true) await removeImages()
  say(gone.length === 0 ? 'no lab is up' : `down: ${gone.join(', ')}`)
}

/** Removes one lab, and returns the containers it had. */
async function removeLab(name: string | undefined): Promise<readonly string[]> {
  const project = projectName(checkout, name)
  const members = (await listContainers(project)).map((container) => container.name)
  await removeMembers(project, members)
  await removeNetworks(project)
  await removeVolumes(project)
  await rm(pathsOf(name).inventory, { force: true })
  return members.map((member) => containerOf({ project }, member))
}

/** The names of all labs of this checkout that have left anything with Docker; the one without a name is undefined. */
async function namesOfAll(): Promise<readonly (string | undefined)[]> {
  const own = projectName(checkout)
  const listings = [
    ['ps', '--all'],
    ['network', 'ls'],
    ['volume', 'ls'],
  ].map((words) =>
    run('docker', [...words, '--filter', `label=${labLabel}`, '--format', `{{.Label "${labLabel}"}}`], { seconds: 30 }),
  )
  const projects = new Set((await Promise.all(listings)).flatMap((text) => text.split('\n')))
  const named = [...projects].filter((project) => project.startsWith(`${own}-`))
  return [undefined, ...named.map((project) => project.slice(own.length + 1))]
}

/** Docker refuses to remove what a container of another checkout uses: then it stays. */
async function removeImages(): Promise<void> {
  const args = ['image', 'ls', '--filter', `reference=${imagePrefix}*`, '--format', '{{.Repository}}:{{.Tag}}']
  const tags = (await run('docker', args, { seconds: 30 })).split('\n').filter((tag) => tag !== '')
  for (const tag of tags) await attempt('docker', ['rmi', tag], { seconds: 60 })
}
