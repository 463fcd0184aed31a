import { xml, type XmlElement } from '../../lib/xml.ts'
import { isPlainSet } from './canonical.ts'
import type { Foreign } from './foreign.ts'
import { MAINTENANCE } from './own.ts'
import { around, idOf } from './tree.ts'
import { canonicalValue } from './values.ts'

/** pacemaker's new names of what we know by the old ones. */
const NEW_NAMES: Readonly<Record<string, string>> = { 'fencing-enabled': 'stonith-enabled' }

/** What is to become of a section of named values: cluster properties, or what resources have unless they say otherwise. */
interface Wish {
  /** A section with one set. */
  readonly wanted: XmlElement
  /** Names that an earlier run set. */
  readonly owned: ReadonlySet<string>
  /** What pacemaker makes itself. */
  readonly itself: ReadonlySet<string>
  readonly called: string
  readonly foreign: Foreign
}

/** The section as it is to be. A name counts wherever it stands, once: crmsh, pcs and distributions have sets of their own. */
export function mergeValues(current: XmlElement, wish: Wish): XmlElement {
  const open = new Map(wish.wanted.children.flatMap(({ children }) => children).map((pair) => [nameOf(pair), pair]))
  const names = new Set(open.keys())
  const sets = current.children.flatMap((set) => {
    if (!isPlainSet(set)) return wish.foreign.stays(`the ${wish.called}s ${idOf(set)}`) ? [set] : []
    return [
      around(
        set,
        set.children.flatMap((pair) => settle(pair, { open, names, set: set.name, wish })),
      ),
    ]
  })
  if (open.size === 0) return around(current, sets)
  const home = wish.wanted.children[0]
  const place = sets.find((set) => isPlainSet(set) && idOf(set) === (home && idOf(home))) ?? sets.find(isPlainSet)
  const id = place === undefined ? idOf(home ?? current) : idOf(place)
  const added = [...open.values()].map((pair) =>
    xml('nvpair', { ...pair.attributes, id: `${id}-${pair.attributes.name ?? ''}` }),
  )
  if (place !== undefined)
    return around(
      current,
      sets.map((set) => (set === place ? around(set, [...set.children, ...added]) : set)),
    )
  return around(current, [...sets, ...(home === undefined ? [] : [around(home, added)])])
}

interface Settling {
  /** What has not been met yet. */
  readonly open: Map<string, XmlElement>
  readonly names: ReadonlySet<string>
  readonly set: string
  readonly wish: Wish
}

function settle(pair: XmlElement, { open, names, set, wish }: Settling): readonly XmlElement[] {
  if (pair.attributes.id === MAINTENANCE) return []
  const name = nameOf(pair)
  const one = open.get(name)
  open.delete(name)
  if (one !== undefined) {
    const [here = '', there = ''] = [pair, one].map(({ attributes }) => attributes.value)
    if (canonicalValue(set, name, here) === canonicalValue(set, name, there)) return [pair]
    return [{ ...pair, attributes: { ...pair.attributes, value: there } }]
  }
  if (wish.itself.has(name)) return [pair]
  if (names.has(name) || wish.owned.has(name)) return []
  return wish.foreign.stays(`the ${wish.called} ${name}`) ? [pair] : []
}

function nameOf({ attributes }: XmlElement): string {
  const name = attributes.name ?? ''
  return NEW_NAMES[name] ?? name
}
