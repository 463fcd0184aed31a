import { onHost } from '../../../src/lab/hosts.ts'
import { parseXml, type XmlElement } from '../../../src/lib/xml.ts'

/** A member as pacemaker sees it. */
export interface CrmNode {
  readonly name: string
  readonly online: boolean
  readonly standby: boolean
  readonly maintenance: boolean
  readonly unclean: boolean
}

/** One instance of a resource: a clone has one a node. */
export interface CrmResource {
  readonly id: string
  /** `ocf:heartbeat:IPaddr2`, `systemd:haproxy`. */
  readonly agent: string
  readonly role: string
  readonly failed: boolean
  readonly managed: boolean
  readonly nodes: readonly string[]
}

/** What `crm_mon` says on one member. */
export interface CrmState {
  readonly dc: string | undefined
  readonly quorum: boolean
  readonly nodes: readonly CrmNode[]
  readonly resources: readonly CrmResource[]
  /** Failed actions, as `resource on node`. */
  readonly failures: readonly string[]
}

/** Asks one member. Throws where pacemaker does not run there. */
export async function crmState(host: string): Promise<CrmState> {
  return readCrm(parseXml(await onHost(host, 'crm_mon --one-shot --inactive --output-as=xml')))
}

/** Whether one of them sees quorum, as many members online, and everything that pacemaker is to run running. */
export function isSettled(state: CrmState | undefined, members: number): boolean {
  return (
    state?.quorum === true &&
    state.nodes.filter(({ online }) => online).length === members &&
    state.resources.length > 0 &&
    state.resources.every(({ role }) => role === 'Started')
  )
}

/** The member that decides, as one of them says; undefined while there is none. */
export async function dcOf(hosts: readonly string[]): Promise<string | undefined> {
  const states = await Promise.all(hosts.map((host) => crmState(host).catch(() => undefined)))
  return states.find((state) => state?.dc !== undefined)?.dc
}

function readCrm(root: XmlElement): CrmState {
  const everything = descendants(root)
  const dc = everything.find(({ name }) => name === 'current_dc')
  const nodes = root.children.find(({ name }) => name === 'nodes')?.children ?? []
  const failures = root.children.find(({ name }) => name === 'failures')?.children ?? []
  return {
    dc: dc?.attributes['name'],
    quorum: dc?.attributes['with_quorum'] === 'true',
    nodes: nodes.map(({ attributes }) => ({
      name: attributes['name'] ?? '',
      online: attributes['online'] === 'true',
      standby: attributes['standby'] === 'true',
      maintenance: attributes['maintenance'] === 'true',
      unclean: attributes['unclean'] === 'true',
    })),
    resources: everything.filter(({ name }) => name === 'resource').map(readResource),
    failures: failures.map(({ attributes }) => `${attributes['op_key'] ?? ''} on ${attributes['node'] ?? ''}`),
  }
}

function readResource({ attributes, children }: XmlElement): CrmResource {
  return {
    id: attributes['id'] ?? '',
    agent: (attributes['resource_agent'] ?? '').replace('::', ':'),
    role: attributes['role'] ?? '',
    failed: attributes['failed'] === 'true',
    managed: attributes['managed'] === 'true',
    nodes: children.flatMap(({ name, attributes: own }) => (name === 'node' ? [own['name'] ?? ''] : [])),
  }
}

function descendants(element: XmlElement): readonly XmlElement[] {
  return element.children.flatMap((child) => [child, ...descendants(child)])
}
