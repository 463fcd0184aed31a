import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { type Asked, checkAsked, chooseLab } from './choose.ts'
import { ensureCompose } from './compose-plugin.ts'
import { renderComposeEnv } from './compose.ts'
import { containerOf, listContainers, removeMembers } from './containers.ts'
import { ensureEngine } from './engine.ts'
import { createMembers, waitForMembers } from './hosts.ts'
import { ensureImages, type LabImages } from './images.ts'
import { ensureKeys } from './keys.ts'
import { writeKnownHosts } from './known-hosts.ts'
import { renderLabInventory } from './lab-inventory.ts'
import { layout, maxHosts, prefixOf } from './layout.ts'
import { withLock } from './machine-lock.ts'
import { paths } from './paths.ts'
import { usualPlatform } from './platforms.ts'
import { run } from './run.ts'
import type { Say } from './say.ts'
import { type Lab, recordedLab, recordLab } from './state.ts'
import { writeIfNew } from './write-if-new.ts'

/** What `lab up` is asked for. */
export interface LabOptions extends Asked {
  /** Makes the load balancers bare again. */
  readonly fresh?: boolean | undefined
}

/** Brings the lab up, or to what is asked for now, and returns it. Throws an HaError that says what to do. */
export async function labUp(options: LabOptions, say: Say): Promise<Lab> {
  checkAsked(options)
  await ensureEngine(say)
  await ensureCompose(say)
  const before = await recordedLab()
  const images = await ensureImages(options.platforms ?? before?.platforms ?? [usualPlatform], say)
  // A port and a subnet are taken once containers run: until then no other lab may choose.
  const lab = await withLock('networks', 60, async () => {
    const known = withStandIns(await chooseLab(options, before), images)
    await writeKeysAndFiles(known, say)
    await writeIfNew(paths.composeEnv, renderComposeEnv(known, images))
    await clearAway(known, before, options.fresh === true)
    await createMembers(membersOf(known))
    return known
  })
  await waitForMembers(lab, membersOf(lab))
  tell(lab, say)
  return lab
}

function membersOf(lab: Lab): readonly string[] {
  return [lab.bastion, ...lab.apis, ...lab.hosts].map(({ name }) => name)
}

function withStandIns(lab: Lab, { platforms }: LabImages): Lab {
  const hosts = lab.hosts.map((host) => {
    const standIn = platforms.get(host.platform)?.standIn
    return { ...host, ...(standIn === undefined ? {} : { standIn }) }
  })
  return { ...lab, hosts }
}

async function writeKeysAndFiles(lab: Lab, say: Say): Promise<void> {
  const everyBalancer = layout(prefixOf(lab.subnet), maxHosts).hosts
  await ensureKeys(
    [lab.bastion, ...everyBalancer].map(({ name }) => name),
    say,
  )
  await writeKnownHosts(everyBalancer, lab.bastion, lab.port)
  await mkdir(dirname(paths.inventory), { recursive: true })
  await writeIfNew(paths.inventory, renderLabInventory(lab))
  await recordLab(lab)
}

/** Removes load balancers that are too many, of another platform, or all for a fresh start, and wakes what a test left paused. */
async function clearAway(lab: Lab, before: Lab | undefined, fresh: boolean): Promise<void> {
  const containers = await listContainers(lab.project)
  const stays = (name: string): boolean => {
    const platform = lab.hosts.find((host) => host.name === name)?.platform
    return !fresh && platform !== undefined && platform === before?.hosts.find((host) => host.name === name)?.platform
  }
  const surplus = containers.filter(({ name }) => name.startsWith('lb') && !stays(name))
  await removeMembers(
    lab.project,
    surplus.map(({ name }) => name),
  )
  const paused = containers.filter((container) => container.state === 'paused' && !surplus.includes(container))
  if (paused.length === 0) return
  await run('docker', ['unpause', ...paused.map(({ name }) => containerOf(lab, name))], { seconds: 30 })
}

function tell(lab: Lab, say: Say): void {
  const hosts = lab.hosts.map(({ name, platform }) => `${name} (${platform})`)
  say(`up: ${hosts.join(', ')} on ${lab.subnet}, bastion 127.0.0.1:${lab.port}`)
  for (const [platform, standIn] of new Map(lab.hosts.map((host) => [host.platform, host.standIn]))) {
    if (standIn !== undefined) say(`${platform} is a stand-in of ${standIn}`)
  }
}
