import type { Facts } from '../facts/types.ts'
import { usualFacts } from '../facts/usual.ts'
import type { Inventory } from '../inventory/model.ts'
import { HaError } from '../lib/errors.ts'
import { platforms } from '../platform/index.ts'
import type { Playbook } from '../playbook/playbook.ts'
import { build } from './build.ts'
import { settleSecrets } from './secrets.ts'

/** A file as a host would get it, secrets as placeholders. */
export interface RenderedFile {
  readonly host: string
  readonly path: string
  readonly content: string
}

/** Every file of every host, from given facts or a platform's usual versions. Pure: no host is contacted. */
export function renderFiles(
  inventory: Inventory,
  playbook: Playbook,
  facts: ReadonlyMap<string, Facts> | undefined,
): readonly RenderedFile[] {
  const [usual] = platforms
  const known = new Map(
    inventory.loadBalancers.flatMap(({ name }) => {
      const own = facts === undefined ? usual && usualFacts(name, usual) : facts.get(name)
      return own === undefined ? [] : [[name, own] as const]
    }),
  )
  const missing = inventory.loadBalancers.filter(({ name }) => !known.has(name)).map(({ name }) => name)
  if (missing.length > 0)
    throw new HaError(`there are no facts of ${missing.join(', ')}`, {
      mend: 'gather them with facts --json, or leave --facts away',
    })
  const built = build(inventory, playbook, known, settleSecrets(inventory, [...known.values()], false))
  return built.hosts.flatMap((host) =>
    host.plays.flatMap(({ resources }) =>
      resources.flatMap(({ file }) =>
        file === undefined ? [] : [{ host: host.name, path: file.path, content: file.content.masked }],
      ),
    ),
  )
}
