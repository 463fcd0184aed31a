import { mkdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { renderComposeEnv } from './compose.ts'
import type { LabImages } from './images.ts'
import { ensureKeys } from './keys.ts'
import { writeKnownHosts } from './known-hosts.ts'
import { renderLabInventory, withLabConnection } from './lab-inventory.ts'
import { layout, maxHosts, prefixOf } from './layout.ts'
import { paths } from './paths.ts'
import type { Say } from './say.ts'
import { type Lab, recordLab } from './state.ts'
import { renderTopologyCompose } from './topology-compose.ts'
import { writeIfNew } from './write-if-new.ts'

/** Writes all files of a lab: its keys, its inventory, what Compose reads, and its record. */
export async function writeLab(lab: Lab, images: LabImages, say: Say): Promise<void> {
  const everyBalancer = lab.topology === undefined ? layout(prefixOf(lab.subnet), maxHosts).hosts : lab.hosts
  await ensureKeys(
    [lab.bastion, ...everyBalancer].map(({ name }) => name),
    say,
  )
  await writeKnownHosts(everyBalancer, lab.bastion, lab.port)
  await mkdir(dirname(paths.inventory), { recursive: true })
  await writeIfNew(paths.inventory, await inventoryOf(lab))
  await writeIfNew(paths.composeEnv, renderComposeEnv(lab, images))
  if (lab.topology !== undefined) {
    const entrypoints = new Map([...images.platforms].map(([name, { entrypoint }]) => [name, entrypoint]))
    await writeIfNew(paths.topologyFile, renderTopologyCompose(lab, lab.topology, entrypoints))
  }
  await recordLab(lab)
}

/** That of an ordinary lab, or the one a topology ships with, reached as hosts of a lab are. */
async function inventoryOf(lab: Lab): Promise<string> {
  if (lab.topology === undefined) return renderLabInventory(lab)
  return withLabConnection(lab, await readFile(join(paths.inventories, `${lab.topology}.yaml`), 'utf8'))
}
