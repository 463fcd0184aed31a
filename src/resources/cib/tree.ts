import { xml, type XmlElement } from '../../lib/xml.ts'

const RESOURCES = new Set(['primitive', 'group', 'clone', 'master', 'bundle'])

/** The first child of that name; an empty one where there is none. */
export function section(parent: XmlElement | undefined, name: string): XmlElement {
  return parent?.children.find((child) => child.name === name) ?? xml(name, {})
}

/** The same element around other children. */
export function around(element: XmlElement, children: readonly XmlElement[]): XmlElement {
  return { ...element, children }
}

/** An element's id; every element that is told apart in a CIB has one. */
export function idOf(element: XmlElement): string {
  return element.attributes.id ?? ''
}

/** Whether it is something that runs, or a container of such. */
export function isResource(element: XmlElement): boolean {
  return RESOURCES.has(element.name)
}

/** All resources below an element, containers before what is in them. */
export function resourcesIn(element: XmlElement): readonly XmlElement[] {
  return element.children.filter(isResource).flatMap((child) => [child, ...resourcesIn(child)])
}

/** The value of a resource's parameter. */
export function parameter(resource: XmlElement, name: string): string | undefined {
  return resource.children
    .filter((child) => child.name === 'instance_attributes')
    .flatMap(({ children }) => children)
    .find((pair) => pair.attributes.name === name)?.attributes.value
}

/** `ocf:heartbeat:IPaddr2`, `systemd:haproxy`. */
export function agentOf({ attributes }: XmlElement): string {
  return [attributes.class, attributes.provider, attributes.type].filter((part) => part !== undefined).join(':')
}

/** A tree with every element changed, from the leaves up. */
export function mapTree(element: XmlElement, change: (element: XmlElement) => XmlElement): XmlElement {
  return change(
    around(
      element,
      element.children.map((child) => mapTree(child, change)),
    ),
  )
}
