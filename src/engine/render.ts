import type { Facts } from '../facts/types.ts'
import { usualFacts } from '../facts/usual.ts'
import type { Inventory } from '../inventory/model.ts'
import { HaError } from '../lib/errors.ts'
import { releaseNamed } from '../platform/choose.ts'
import type { Playbook } from '../playbook/playbook.ts'
import { haproxyUnsupported } from '../roles/haproxy/unsupported.ts'
import { clusterUnsupported } from '../roles/corosync/unsupported.ts'
import { keepalivedUnsupported } from '../roles/keepalived/unsupported.ts'
import { build } from './build.ts'
import { settleSecrets } from './secrets.ts'

/** A file as a host would get it, secrets as placeholders. */
export interface RenderedFile {
  readonly host: string
  readonly path: string
  readonly content: string
}

/** What is rendered for: what hosts said of themselves, or what a distribution usually has (`debian-12`). */
export type RenderedFor = ReadonlyMap<string, Facts> | string

/** What the inventory asks for and the hosts' programs cannot do, a line each: `up` would refuse it. Pure. */
export function renderObjections(inventory: Inventory, given: RenderedFor): readonly string[] {
  const factsOf = typeof given === 'string' ? usualOf(given) : (name: string) => given.get(name)
  return inventory.loadBalancers.flatMap((host) => {
    const facts = factsOf(host.name)
    if (facts === undefined) return []
    const objections = [
      ...haproxyUnsupported(inventory, host, facts),
      ...(inventory.ha === 'pacemaker'
        ? clusterUnsupported(inventory, facts)
        : keepalivedUnsupported(inventory, host, facts)),
    ]
    return objections.map(({ problem, mend }) => `${host.name}: ${problem}; ${mend}`)
  })
}

/** Every file of every host. Pure: no host is contacted. Throws HaError for a distribution that is not known. */
export function renderFiles(inventory: Inventory, playbook: Playbook, given: RenderedFor): readonly RenderedFile[] {
  const factsOf = typeof given === 'string' ? usualOf(given) : (name: string) => given.get(name)
  const known = new Map(
    inventory.loadBalancers.flatMap(({ name }) => {
      const own = factsOf(name)
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

function usualOf(system: string): (host: string) => Facts {
  const { platform, release } = releaseNamed(system)
  return (host) => usualFacts(host, platform, release)
}
