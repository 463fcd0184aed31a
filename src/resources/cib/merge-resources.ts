import type { XmlElement } from '../../lib/xml.ts'
import { isSame } from './canonical.ts'
import type { Foreign } from './foreign.ts'
import { agentOf, around, idOf, isResource, resourcesIn } from './tree.ts'

/** What is to become of the resources of a CIB. */
interface Wish {
  readonly wanted: XmlElement
  /** Ids that are not to be there any more, or not in this place. */
  readonly gone: ReadonlySet<string>
  readonly foreign: Foreign
}

/** The resources as they are to be: ours in their place where they have one, else at the end. */
export function mergeResources(current: XmlElement, { wanted, gone, foreign }: Wish): XmlElement {
  const ours = new Map(wanted.children.map((one) => [idOf(one), one]))
  // Ours stand by themselves, never in a group of others, which would bind them to what we do not know.
  const elsewhere = new Set([...gone, ...resourcesIn(wanted).map(idOf)])
  const kept = current.children.flatMap((here) => {
    const one = ours.get(idOf(here))
    if (one !== undefined) return [isSame(here, one) ? here : one]
    const rest = without(here, elsewhere)
    return rest !== undefined && foreign.stays(describe(rest)) ? [rest] : []
  })
  const placed = new Set(kept.map(idOf))
  return around(current, [...kept, ...wanted.children.filter((one) => !placed.has(idOf(one)))])
}

/** What is left of a resource; a container that lost all it had is nothing any more. */
function without(resource: XmlElement, gone: ReadonlySet<string>): XmlElement | undefined {
  if (resource.name === 'primitive') return gone.has(idOf(resource)) ? undefined : resource
  if (!resource.children.some(isResource)) return gone.has(idOf(resource)) ? undefined : resource
  const children = resource.children.flatMap((child) => (isResource(child) ? (without(child, gone) ?? []) : [child]))
  return children.some(isResource) ? around(resource, children) : undefined
}

function describe(resource: XmlElement): string {
  if (resource.name === 'primitive') return `the resource ${idOf(resource)} (${agentOf(resource)})`
  const within = resourcesIn(resource).map(idOf)
  return `the ${resource.name} ${idOf(resource)}${within.length === 0 ? '' : ` of ${within.join(', ')}`}`
}
