import type { XmlElement } from '../lib/xml.ts'
import { parseXml } from '../lib/xml.ts'

/** A cluster as one member's pacemaker sees it. */
export interface ClusterStatus {
  /** Who decides for the cluster; undefined until one is elected. */
  readonly dc: string | undefined
  readonly quorate: boolean
  /** Pacemaker watches nothing and moves nothing. */
  readonly maintenance: boolean
  readonly stopsAll: boolean
  readonly nodes: readonly ClusterNode[]
  /** An instance of a clone is one of its own, with the id that all of them share. */
  readonly resources: readonly ClusterResource[]
  /** Failed actions that pacemaker has not forgotten. */
  readonly failures: readonly ActionFailure[]
  readonly fencing: readonly FencingEvent[]
}

export interface ClusterNode {
  readonly name: string
  readonly id: string
  readonly online: boolean
  readonly standby: boolean
  /** A failed resource put it into standby, by its `on-fail`. */
  readonly standbyOnFail: boolean
  readonly maintenance: boolean
  /** It joins. */
  readonly pending: boolean
  readonly unclean: boolean
}

export interface ClusterResource {
  readonly id: string
  /** `systemd:haproxy`, `ocf:heartbeat:IPaddr2`. */
  readonly agent: string
  readonly role: string
  readonly targetRole: string | undefined
  readonly active: boolean
  readonly managed: boolean
  readonly blocked: boolean
  readonly failed: boolean
  /** Where it runs. */
  readonly nodes: readonly string[]
}

export interface ActionFailure {
  readonly resource: string
  readonly node: string
  /** `start`, `monitor`, `stop`. */
  readonly operation: string
  /** `not running: inactive`. */
  readonly reason: string
  readonly when: string
}

export interface FencingEvent {
  readonly target: string
  readonly action: string
  readonly status: 'failed' | 'pending' | 'success'
}

/** Reads `crm_mon -1 --output-as=xml --inactive`; undefined where pacemaker did not answer, or not with a status. */
export function parseClusterStatus(output: string): ClusterStatus | undefined {
  const root = output.trim() === '' ? undefined : readXml(output)
  const summary = root === undefined ? undefined : childOf(root, 'summary')
  if (root === undefined || summary === undefined) return undefined
  const dc = childOf(summary, 'current_dc')?.attributes ?? {}
  const options = childOf(summary, 'cluster_options')?.attributes ?? {}
  return {
    dc: dc['present'] === 'true' ? dc['name'] : undefined,
    quorate: dc['with_quorum'] === 'true',
    maintenance: options['maintenance-mode'] === 'true',
    stopsAll: options['stop-all-resources'] === 'true',
    nodes: within(root, 'nodes').map(nodeOf),
    resources: within(root, 'resources').flatMap(resourcesOf),
    failures: within(root, 'failures').map(failureOf),
    fencing: within(root, 'fence_history').flatMap(fencingOf),
  }
}

/** Reads XML that a program printed; undefined where it printed something else. */
export function readXml(output: string): XmlElement | undefined {
  try {
    return parseXml(output.trim())
  } catch {
    return undefined
  }
}

function childOf({ children }: XmlElement, name: string): XmlElement | undefined {
  return children.find((child) => child.name === name)
}

function within(root: XmlElement, name: string): readonly XmlElement[] {
  return childOf(root, name)?.children ?? []
}

function nodeOf({ attributes }: XmlElement): ClusterNode {
  const is = (name: string) => attributes[name] === 'true'
  return {
    name: attributes['name'] ?? '',
    id: attributes['id'] ?? '',
    online: is('online'),
    standby: is('standby'),
    standbyOnFail: is('standby_onfail'),
    maintenance: is('maintenance'),
    pending: is('pending'),
    unclean: is('unclean'),
  }
}

/** A clone, a group or a bundle is what is in it. */
function resourcesOf({ name, attributes, children }: XmlElement): readonly ClusterResource[] {
  if (name !== 'resource') return children.flatMap(resourcesOf)
  const is = (property: string) => attributes[property] === 'true'
  return [
    {
      id: attributes['id'] ?? '',
      agent: attributes['resource_agent'] ?? '',
      role: attributes['role'] ?? '',
      targetRole: attributes['target_role'],
      active: is('active'),
      managed: is('managed'),
      blocked: is('blocked'),
      failed: is('failed'),
      nodes: children.filter((child) => child.name === 'node').map((child) => child.attributes['name'] ?? ''),
    },
  ]
}

function failureOf({ attributes }: XmlElement): ActionFailure {
  const { op_key: key = '', task = '', interval = '0', node = '', exitstatus = '', exitreason = '' } = attributes
  const operation = `_${task}_${interval}`
  return {
    // What has no key is pacemaker's own, and is told by its id.
    resource: key.endsWith(operation) ? key.slice(0, -operation.length) : key || (attributes['id'] ?? ''),
    node,
    operation: task,
    reason: [exitstatus, exitreason].filter((word) => word !== '').join(': '),
    when: attributes['last-rc-change'] ?? '',
  }
}

function fencingOf({ attributes }: XmlElement): readonly FencingEvent[] {
  const { status, target = '', action = '' } = attributes
  return status === 'failed' || status === 'pending' || status === 'success' ? [{ target, action, status }] : []
}
