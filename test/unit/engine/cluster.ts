import { build } from '../../../src/engine/build.ts'
import type { Contents } from '../../../src/engine/contents.ts'
import type { View } from '../../../src/engine/look.ts'
import type { Observation } from '../../../src/engine/observe.ts'
import type { Inventory } from '../../../src/inventory/model.ts'
import { Secret } from '../../../src/lib/secret.ts'
import { loadShippedPlaybook } from '../../../src/playbook/load.ts'
import type { Comparison } from '../../../src/resources/kind.ts'
import { factsOf } from '../support/facts.ts'

const playbook = await loadShippedPlaybook('keepalived')
export const CONFIG = '/etc/keepalived/keepalived.conf'
const NOTHING: Comparison = { changes: [], actions: [] }

/** A member before it is changed. */
export interface Member {
  /** Its keepalived runs. */
  readonly running?: boolean
  /** Addresses on its interface besides its own. */
  readonly holds?: readonly string[]
  /** What is to be done there: the keepalived.conf, something else, or nothing. */
  readonly wants?: 'keepalived' | 'other' | 'nothing'
  /** What its keepalived.conf was, made from the wanted one; it is the wanted one unless given. */
  readonly was?: (wanted: string) => string
}

/** A cluster as a look would show it, and the contents that were fetched from it. */
export function clusterOf(
  inventory: Inventory,
  members: Readonly<Record<string, Member>>,
): { readonly view: View; readonly contents: Contents } {
  const names = inventory.loadBalancers.map(({ name }) => name).filter((name) => members[name] !== undefined)
  const facts = new Map(names.map((name) => [name, factsOf(name)]))
  const secrets = { vrrpAuthPass: new Secret('same'), statsPassword: new Secret('same'), authkey: undefined }
  const built = build(inventory, playbook, facts, secrets)
  const contents = new Map<string, ReadonlyMap<string, { now: Secret; running: Secret }>>()
  const observations = new Map<string, Observation>()
  for (const host of built.hosts) {
    const { running = true, holds = [], wants = 'nothing', was = (text: string) => text } = members[host.name] ?? {}
    const wanted = host.plays.flatMap(({ resources }) => resources).find(({ file }) => file?.path === CONFIG)?.file
    const old = was(wanted?.content.reveal() ?? '')
    const own = facts.get(host.name)
    // A file that differs is fetched; of one that does not, the facts have the text.
    if (wants === 'keepalived') {
      contents.set(host.name, new Map([[CONFIG, { now: new Secret(old), running: new Secret(old) }]]))
    }
    if (own !== undefined) {
      facts.set(host.name, {
        ...own,
        configs: { ...own.configs, keepalived: new Secret(wants === 'keepalived' ? '' : old) },
      })
    }
    const load = { unit: 'keepalived', files: [], provedBy: 'main-process' as const }
    const resources = host.plays.flatMap(({ play, resources: list }) =>
      list.map((resource) => {
        if (resource.id === 'loaded[keepalived]' && (wants === 'keepalived' || !running)) {
          const before = running ? 'runs with another' : 'not running'
          const changes = [{ property: 'p', before, after: '' }]
          return { play, resource, comparison: { changes, actions: [{ do: 'load' as const, load }] } }
        }
        if (resource.id === 'service[haproxy]' && wants === 'other') {
          const changes = [{ property: 'boot', before: 'disabled', after: 'enabled' }]
          return { play, resource, comparison: { changes, actions: [{ do: 'enable' as const, unit: 'haproxy' }] } }
        }
        return { play, resource, comparison: NOTHING }
      }),
    )
    const output = holds
      .map((address) => `2: eth0    ${address.includes(':') ? 'inet6' : 'inet'} ${address}/32 scope global\n`)
      .join('')
    const samples = new Map(host.checks.map(({ id }) => [id, { host: host.name, output, from: 0, to: 1 }]))
    observations.set(host.name, { host: host.name, resources, samples })
  }
  return { view: { facts, secrets, built, observations }, contents }
}
