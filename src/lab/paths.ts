import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The folder of this checkout or installed package: two above src/lab and dist/lab alike. */
export const checkout = fileURLToPath(new URL('../../', import.meta.url)).replace(/\/$/, '')

/** Where everything of the lab is kept. `.lab` and the inventory are made by `lab up`; the rest is shipped. */
export const paths = {
  dir: join(checkout, '.lab'),
  state: join(checkout, '.lab', 'lab.json'),
  composeEnv: join(checkout, '.lab', 'compose.env'),
  knownHosts: join(checkout, '.lab', 'known_hosts'),
  authorizedKeys: join(checkout, '.lab', 'authorized_keys'),
  hostKeys: join(checkout, '.lab', 'hostkeys'),
  inventory: join(checkout, 'inventories', 'lab.yaml'),
  composeFile: join(checkout, 'docker-compose.test.yml'),
  images: join(checkout, 'lab', 'images'),
} as const
