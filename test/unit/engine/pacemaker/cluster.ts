import { build } from '../../../../src/engine/build.ts'
import type { Contents } from '../../../../src/engine/contents.ts'
import type { View } from '../../../../src/engine/look.ts'
import type { Observation } from '../../../../src/engine/observe.ts'
import type { Facts } from '../../../../src/facts/types.ts'
import type { Inventory } from '../../../../src/inventory/model.ts'
import { Secret, text } from '../../../../src/lib/secret.ts'
import { loadShippedPlaybook } from '../../../../src/playbook/load.ts'
import type { Action } from '../../../../src/resources/action.ts'
import type { Comparison, Resource } from '../../../../src/resources/kind.ts'
import { clusterFacts } from '../../support/pacemaker.ts'

export const playbook = await loadShippedPlaybook('pacemaker')
export const CONF = '/etc/corosync/corosync.conf'
export const KEY = 'file[/etc/corosync/authkey]'
/** corosync runs with something else, and its files are as wanted. */
export const LOADED = 'loaded[corosync]'
export const HAPROXY = 'file[/etc/haproxy/haproxy.cfg]'
export const CIB = 'cib[test]'
export const OPENING = 'firewall[udp/5405]'
const opening = { name: 'udp/5405', protocol: 'udp', port: 5405, packets: [] } as const
const NOTHING: Comparison = { changes: [], actions: [] }

/** A member before it is changed. */
export interface Member {
  /** Its corosync and pacemaker run; they do unless told. */
  readonly running?: boolean
  /** Addresses on its interface besides its own. */
  readonly holds?: readonly string[]
  /** Its corosync.conf, made from the wanted one; undefined where it has none. It is the wanted one unless given. */
  readonly was?: (wanted: string) => string | undefined
  /** Resources that are to be changed besides. */
  readonly wants?: readonly string[]
  /** Nodes as its pacemaker sees them, numbered from 1 on: whether they are online. */
  readonly nodes?: Readonly<Record<string, boolean>>
  /** It sees no quorum. */
  readonly alone?: boolean
}

/** A cluster as a look would show it, and the contents that were fetched from it. */
export function clusterOf(
  inventory: Inventory,
  members: Readonly<Record<string, Member>>,
): { readonly view: View; readonly contents: Contents } {
  const names = inventory.loadBalancers.map(({ name }) => name).filter((name) => members[name] !== undefined)
  const secrets = { vrrpAuthPass: undefined, statsPassword: new Secret('same'), authkey: new Secret('c2FtZQ==') }
  const built = build(inventory, playbook, new Map(names.map((name) => [name, factsOf(name, members[name])])), secrets)
  const cases = built.hosts.map((host) => {
    const { was = (wanted: string) => wanted, ...member } = members[host.name] ?? {}
    const all = host.plays.flatMap(({ resources }) => resources)
    const wanted = all.find(({ file }) => file?.path === CONF)?.file?.content.reveal() ?? ''
    return { host, member, conf: was(wanted), wanted }
  })
  return {
    contents: new Map(
      cases
        .filter(({ conf, wanted }) => conf !== undefined && conf !== wanted)
        .map(({ host, conf = '' }) => [
          host.name,
          new Map([[CONF, { now: new Secret(conf), running: new Secret(conf) }]]),
        ]),
    ),
    view: {
      facts: new Map(cases.map(({ host, conf }) => [host.name, factsOf(host.name, members[host.name], conf)])),
      secrets,
      built,
      observations: new Map(
        cases.map(({ host, member, conf, wanted }): [string, Observation] => {
          const output = sampleOf(member)
          return [
            host.name,
            {
              host: host.name,
              resources: host.plays.flatMap(({ play, resources }) =>
                resources.map((resource) => ({
                  play,
                  resource,
                  comparison: compared(resource, member, conf === wanted),
                })),
              ),
              samples: new Map(host.checks.map(({ id }) => [id, { host: host.name, output, from: 0, to: 1 }])),
            },
          ]
        }),
      ),
    },
  }
}

function factsOf(name: string, { wants = [] }: Member = {}, conf?: string): Facts {
  const isServed = wants.includes('service[keepalived]')
  return clusterFacts(
    name,
    { conf, ...(isServed ? { keepalived: '# Managed by ha-provision for the cluster test: by hand' } : {}) },
    wants.includes(OPENING) ? { firewall: 'firewalld' } : {},
  )
}

function compared(resource: Resource, { running = true, wants = [] }: Member, isSame: boolean): Comparison {
  const { id, file, load } = resource
  const change = (property: string, before: string, ...actions: readonly Action[]): Comparison => ({
    changes: [{ property, before, after: '' }],
    actions,
  })
  if (id === `file[${CONF}]` && !isSame && file !== undefined) return change('content', '', { do: 'write', file })
  if (id === 'loaded[corosync]' && load !== undefined && (!running || !isSame || wants.includes(KEY)))
    return change('p', running ? 'runs with another' : 'not running', { do: 'load', load })
  if (id === LOADED && load !== undefined && wants.includes(LOADED))
    return change('configuration', 'runs with another', { do: 'load', load })
  if (id === 'service[pacemaker]' && !running) return change('state', '', { do: 'start', unit: 'pacemaker' })
  if (!wants.includes(id)) return NOTHING
  if (file !== undefined) return change('content', '', { do: 'write', file })
  const [, program] = /^package\[(.*)\]$/.exec(id) ?? []
  if (program !== undefined)
    return change('version', '2.0', {
      do: 'install',
      packages: [{ name: program, version: undefined }],
      holdUnits: [program],
    })
  if (resource.scope === 'cluster') return change('p', '', { do: 'cib', from: '0.1', content: text`` })
  if (id === OPENING) return change('runtime', 'closed', { do: 'open', manager: 'firewalld', opening, gaps: [] })
  return change('state', 'active', { do: 'stop', unit: 'keepalived' })
}

function sampleOf({ running = true, holds = [], nodes = {}, alone = false }: Member): string {
  const listed = Object.entries(nodes).map(
    ([name, online], index) => `<node name="${name}" id="${index + 1}" online="${online}"/>`,
  )
  const status = `<pacemaker-result><summary><current_dc present="true" name="lb1" with_quorum="${!alone}"/></summary><nodes>${listed.join('')}</nodes></pacemaker-result>`
  const addresses = holds.map((address) => `2: eth0    inet ${address}/32 scope global\n`).join('')
  return `${addresses}== corosync\n== quorum\n== addresses\n== status\n${running ? status : ''}`
}
