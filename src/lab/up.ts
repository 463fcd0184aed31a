import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { checkCount, chooseLab } from './choose.ts'
import { ensureCompose } from './compose-plugin.ts'
import { renderComposeEnv } from './compose.ts'
import { containerOf, listContainers, removeMembers } from './containers.ts'
import { ensureEngine } from './engine.ts'
import { startMembers } from './hosts.ts'
import { ensureImages } from './images.ts'
import { ensureKeys } from './keys.ts'
import { writeKnownHosts } from './known-hosts.ts'
import { renderLabInventory } from './lab-inventory.ts'
import { layout, maxHosts, prefixOf } from './layout.ts'
import { paths } from './paths.ts'
import { run } from './run.ts'
import type { Say } from './say.ts'
import { type Lab, recordLab } from './state.ts'
import { writeIfNew } from './write-if-new.ts'

/** What `lab up` is asked for. */
export interface LabOptions {
  /** Load balancers, 2 to 4; unless given as many as last time, 2 the first time. */
  readonly hosts?: number | undefined
  /** Makes the load balancers bare again. */
  readonly fresh?: boolean | undefined
}

/** Brings the lab up, or to what is asked for now, and returns it. Throws an HaError that says what to do. */
export async function labUp(options: LabOptions, say: Say): Promise<Lab> {
  checkCount(options.hosts)
  await ensureEngine(say)
  await ensureCompose(say)
  const images = await ensureImages(say)
  const lab = await chooseLab(options.hosts)
  await writeKeysAndFiles(lab, say)
  await writeIfNew(paths.composeEnv, renderComposeEnv(lab, images))
  await clearAway(lab, options.fresh === true)
  await startMembers(
    lab,
    [lab.bastion, ...lab.apis, ...lab.hosts].map(({ name }) => name),
  )
  say(`up: ${lab.hosts.map(({ name }) => name).join(', ')} on ${lab.subnet}, bastion 127.0.0.1:${lab.port}`)
  return lab
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

/** Removes load balancers that are too many, or all for a fresh start, and wakes what a test left paused. */
async function clearAway(lab: Lab, fresh: boolean): Promise<void> {
  const containers = await listContainers(lab.project)
  const wanted = fresh ? [] : lab.hosts.map(({ name }) => name)
  const surplus = containers.filter(({ name }) => name.startsWith('lb') && !wanted.includes(name))
  await removeMembers(
    lab.project,
    surplus.map(({ name }) => name),
  )
  const paused = containers.filter((container) => container.state === 'paused' && !surplus.includes(container))
  if (paused.length === 0) return
  await run('docker', ['unpause', ...paused.map(({ name }) => containerOf(lab, name))], { seconds: 30 })
}
