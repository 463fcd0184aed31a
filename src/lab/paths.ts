import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { labName } from './lab-name.ts'

/** The folder of this checkout or installed package: two above src/lab and dist/lab alike. */
export const checkout = fileURLToPath(new URL('../../', import.meta.url)).replace(/\/$/, '')

/** Where everything of a lab is kept. Its folder in `.lab` and the inventory are made by `lab up`; the rest is shipped. */
export function pathsOf(name: string | undefined) {
  const dir = name === undefined ? join(checkout, '.lab') : join(checkout, '.lab', name)
  return {
    dir,
    state: join(dir, 'lab.json'),
    composeEnv: join(dir, 'compose.env'),
    topologyFile: join(dir, 'topology.json'),
    knownHosts: join(dir, 'known_hosts'),
    authorizedKeys: join(dir, 'authorized_keys'),
    userCa: join(dir, 'user_ca'),
    certified: join(dir, 'id_certified'),
    hostKeys: join(dir, 'hostkeys'),
    inventory: join(checkout, 'inventories', name === undefined ? 'lab.yaml' : `lab-${name}.yaml`),
    composeFile: join(checkout, 'docker-compose.test.yml'),
    images: join(checkout, 'lab', 'images'),
    nameInterfaces: join(checkout, 'lab', 'name-interfaces'),
    gate: join(checkout, 'lab', 'gate'),
    inventories: join(checkout, 'inventories'),
  } as const
}

/** The lab of this checkout that HA_PROVISION_LAB names, or the one without a name. */
export const currentName = labName(process.env)

/** Where everything of that lab is kept. */
export const paths = pathsOf(currentName)
