import { DOMParser, Node, type Element as DomElement } from '@xmldom/xmldom'
import { HaError } from './errors.ts'

/** An element of an XML document, as data. Attributes keep their order; text, comments and instructions are left out. */
export interface XmlElement {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly children: readonly XmlElement[]
}

/** Reads a document and gives its root. Throws HaError when it is not well-formed. */
export function parseXml(text: string): XmlElement {
  try {
    const root = new DOMParser({
      onError: (level, message) => {
        if (level !== 'warning') throw new HaError(message)
      },
    }).parseFromString(text, 'text/xml').documentElement
    if (root === null) throw new HaError('it has no element')
    return elementOf(root)
  } catch (thrown) {
    throw new HaError(`this is no XML: ${thrown instanceof Error ? thrown.message : String(thrown)}`, { cause: thrown })
  }
}

/** An element to be written. */
export function xml(
  name: string,
  attributes: Readonly<Record<string, string>>,
  children: readonly XmlElement[] = [],
): XmlElement {
  return { name, attributes, children }
}

/** Its text, an element a line, indented by two spaces a level, with a line end at the end. */
export function renderXml(element: XmlElement, level = 0): string {
  const indent = '  '.repeat(level)
  const attributes = Object.entries(element.attributes).map(([name, value]) => ` ${name}="${escapeXml(value)}"`)
  const open = `${indent}<${element.name}${attributes.join('')}`
  if (element.children.length === 0) return `${open}/>\n`
  const inner = element.children.map((child) => renderXml(child, level + 1)).join('')
  return `${open}>\n${inner}${indent}</${element.name}>\n`
}

function elementOf(node: DomElement): XmlElement {
  return {
    name: node.nodeName,
    attributes: Object.fromEntries([...node.attributes].map(({ name, value }) => [name, value])),
    children: [...node.childNodes].filter(isElement).map(elementOf),
  }
}

function isElement(node: Node): node is DomElement {
  return node.nodeType === Node.ELEMENT_NODE
}

/** An attribute's value as it is written. Line ends and tabs would become spaces when it is read. */
export function escapeXml(value: string): string {
  return value
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll('\n', '&#10;')
    .replaceAll('\r', '&#13;')
    .replaceAll('\t', '&#9;')
}
