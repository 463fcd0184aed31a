import type { XmlElement } from '../../lib/xml.ts'
import { idOf, resourcesIn, section } from './tree.ts'

/**
 * The same configuration with ids that are there once. Names may hold whatever an id may, so that two of them and what stands between can
 * meet: the VIPs `a` and `a-params` do. Resources keep theirs: those are referred to. Of the others the elements of a higher level do.
 */
export function withUniqueIds(configuration: XmlElement): XmlElement {
  const resources = new Set(resourcesIn(section(configuration, 'resources')))
  const taken = new Set([...resources].map(idOf))
  const ids = new Map<XmlElement, string>()
  for (let level = configuration.children; level.length > 0; level = level.flatMap(({ children }) => children)) {
    for (const element of level.filter((one) => 'id' in one.attributes && !resources.has(one))) {
      const wanted = idOf(element)
      let id = wanted
      for (let count = 2; taken.has(id); count += 1) id = `${wanted}-${count}`
      taken.add(id)
      ids.set(element, id)
    }
  }
  const give = (element: XmlElement): XmlElement => {
    const id = ids.get(element)
    const attributes = id === undefined ? element.attributes : { ...element.attributes, id }
    return { ...element, attributes, children: element.children.map(give) }
  }
  return give(configuration)
}
