import { sameAddress } from '../../inventory/addresses.ts'
import type { XmlElement } from '../../lib/xml.ts'
import { around, idOf, mapTree, parameter, resourcesIn } from './tree.ts'

/** What is there already under another name. */
export interface Takeover {
  /** The ids that are kept, by the ids that are wanted. */
  readonly kept: ReadonlyMap<string, string>
  /** Further resources that do the same: two would work against each other. */
  readonly superseded: ReadonlySet<string>
}

const REFERENCES = ['rsc', 'with-rsc', 'first', 'then']

/**
 * Resources that do what ours do under other names: an address that is one of our VIPs, and haproxy as a service. Their ids are kept: a
 * resource with another id is another one to pacemaker, and the old one would be stopped while the new one starts. haproxy under an agent of
 * its own is replaced under another id, even if it had ours: pacemaker forgets a resource whose agent changes, and its process would stay.
 */
export function findTakeover(current: XmlElement, wanted: XmlElement): Takeover {
  const here = primitives(current)
  const ours = primitives(wanted)
  const ids = new Set(ours.map(idOf))
  const kept = new Map<string, string>()
  const superseded = new Set<string>()
  for (const one of ours.filter((primitive) => kindOf(primitive) !== undefined)) {
    const id = idOf(one)
    const named = here.find((other) => idOf(other) === id)
    const others = here.filter((other) => !ids.has(idOf(other)) && doSame(one, other))
    const keep =
      named !== undefined && isTakenAsItIs(one, named) ? named : others.find((other) => isTakenAsItIs(one, other))
    if (keep !== undefined && keep !== named) kept.set(id, idOf(keep))
    if (keep === undefined && named !== undefined && kindOf(named) === 'haproxy') kept.set(id, `${id}-service`)
    for (const other of others) if (other !== keep) superseded.add(idOf(other))
    if (named !== undefined && named !== keep && kindOf(named) === kindOf(one)) superseded.add(id)
  }
  return { kept, superseded }
}

function isTakenAsItIs(one: XmlElement, there: XmlElement): boolean {
  return kindOf(one) === kindOf(there) && (kindOf(there) === 'address' || there.attributes.class !== 'ocf')
}

/** The wanted configuration with the ids that are kept. */
export function renamed(wanted: XmlElement, { kept }: Takeover): XmlElement {
  return mapTree(wanted, (element) => {
    const attributes = { ...element.attributes }
    for (const reference of REFERENCES) {
      const id = attributes[reference]
      if (id !== undefined) attributes[reference] = kept.get(id) ?? id
    }
    const id = element.name === 'primitive' ? kept.get(idOf(element)) : undefined
    if (id === undefined) return { ...element, attributes }
    return {
      ...element,
      attributes: { ...attributes, id },
      children: element.children.map((child) => reset(child, idOf(element), id)),
    }
  })
}

function reset(element: XmlElement, from: string, to: string): XmlElement {
  const id = idOf(element)
  const attributes = id.startsWith(`${from}-`)
    ? { ...element.attributes, id: `${to}${id.slice(from.length)}` }
    : element.attributes
  return around(
    { ...element, attributes },
    element.children.map((child) => reset(child, from, to)),
  )
}

function primitives(configuration: XmlElement): readonly XmlElement[] {
  return configuration.children
    .filter(({ name }) => name === 'resources')
    .flatMap(resourcesIn)
    .filter(({ name }) => name === 'primitive')
}

/** Whether both do what may be done once only. */
function doSame(one: XmlElement, other: XmlElement): boolean {
  const kind = kindOf(one)
  if (kind === undefined || kindOf(other) !== kind) return false
  return kind === 'haproxy' || sameAddress(parameter(one, 'ip') ?? '', parameter(other, 'ip') ?? 'none')
}

function kindOf({ attributes }: XmlElement): 'address' | 'haproxy' | undefined {
  if (attributes.provider === 'heartbeat' && /^IPaddr2?$/.test(attributes.type ?? '')) return 'address'
  return attributes.type === 'haproxy' && attributes.class !== 'stonith' ? 'haproxy' : undefined
}
