import type { XmlElement } from '../../lib/xml.ts'

/**
 * The same tree with ids that are there once. Names may hold whatever an id may, so that two of them and what stands between can meet: the VIPs
 * `a` and `a-params` do. Elements of a higher level keep theirs: those are referred to.
 */
export function withUniqueIds(root: XmlElement): XmlElement {
  const taken = new Set<string>()
  const ids = new Map<XmlElement, string>()
  for (let level = root.children; level.length > 0; level = level.flatMap(({ children }) => children)) {
    for (const element of level.filter(({ attributes }) => 'id' in attributes)) {
      const wanted = element.attributes.id ?? ''
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
  return give(root)
}
