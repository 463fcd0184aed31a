import { xml, type XmlElement } from '../../lib/xml.ts'

/** A set of named values, each with an id made of the set's and its name. */
export function nvpairs(element: string, id: string, values: readonly (readonly [string, string])[]): XmlElement {
  return xml(
    element,
    { id },
    values.map(([name, value]) => xml('nvpair', { id: `${id}-${name}`, name, value })),
  )
}

/** What an agent is told; nothing where it is told nothing. */
export function attributes(id: string, values: readonly (readonly [string, string])[]): readonly XmlElement[] {
  return values.length === 0 ? [] : [nvpairs('instance_attributes', id, values)]
}

/** An operation of a resource. */
export function operation(
  resource: string,
  name: string,
  interval: string,
  rest: Readonly<Record<string, string>>,
): XmlElement {
  return xml('op', { id: `${resource}-${name}-${interval}`, name, interval, ...rest })
}
