import type { XmlElement } from '../../lib/xml.ts'
import { isSame } from './canonical.ts'
import type { Foreign } from './foreign.ts'
import { around, idOf } from './tree.ts'

/** What is to become of the constraints of a CIB. */
interface Wish {
  readonly wanted: XmlElement
  /** Ids of constraints that an earlier run made. */
  readonly owned: ReadonlySet<string>
  /** Ids of the resources that are ours. */
  readonly ours: ReadonlySet<string>
  /** Ids of the resources that there were, and will not be. */
  readonly gone: ReadonlySet<string>
  readonly foreign: Foreign
}

/** The constraints as they are to be. */
export function mergeConstraints(current: XmlElement, wish: Wish): XmlElement {
  const wanted = new Map(wish.wanted.children.map((one) => [idOf(one), one]))
  const kept = current.children.flatMap((here) => {
    const one = wanted.get(idOf(here))
    if (one !== undefined) return [isSame(here, one) ? here : one]
    return wish.owned.has(idOf(here)) || isMoot(here, wish) || !wish.foreign.stays(`the constraint ${idOf(here)}`)
      ? []
      : [here]
  })
  const placed = new Set(kept.map(idOf))
  return around(current, [...kept, ...wish.wanted.children.filter((one) => !placed.has(idOf(one)))])
}

/**
 * One that names a resource that goes would be refused. One between resources that are all ours is for the inventory to say: an order the
 * other way round, as hand-made clusters have it, would bring both to a stop. Where one of ours would rather be is left: people say so for a while.
 */
function isMoot(constraint: XmlElement, { ours, gone }: Wish): boolean {
  const named = references(constraint)
  if (named.some((id) => gone.has(id))) return true
  return constraint.name !== 'rsc_location' && named.length > 0 && named.every((id) => ours.has(id))
}

function references({ name, attributes, children }: XmlElement): readonly string[] {
  const here =
    name === 'resource_ref'
      ? [attributes.id]
      : [attributes.rsc, attributes['with-rsc'], attributes.first, attributes.then]
  return [...here.filter((id) => id !== undefined), ...children.flatMap(references)]
}
