import { MASK, Secret, Text } from '../../lib/secret.ts'
import { escapeXml, renderXml, type XmlElement } from '../../lib/xml.ts'
import { mapTree } from './tree.ts'

/** Parameters whose values nobody shall read, whoever made them. */
const SENSITIVE = /passw|secret|token|key/i

/** The tree with the secrets that stand for masks. */
export function revealed(tree: XmlElement, secrets: ReadonlyMap<string, Secret>): XmlElement {
  return mapTree(tree, (element) => {
    const secret = secrets.get(element.attributes.value ?? '')
    return secret === undefined ? element : withValue(element, secret.reveal())
  })
}

/** Parameters that nobody shall read: by their names, and those that are given a secret, whose old value is one too. */
export function sensitiveNames(wanted: XmlElement, secrets: ReadonlyMap<string, Secret>): (name: string) => boolean {
  const given = new Set(nvpairs(wanted).flatMap(({ name = '', value = '' }) => (secrets.has(value) ? [name] : [])))
  return (name) => SENSITIVE.test(name) || given.has(name)
}

/** The values that are secret in these trees: ours, and others' by their names. */
export function secretValues(
  trees: readonly XmlElement[],
  secrets: ReadonlyMap<string, Secret>,
  isSensitive: (name: string) => boolean,
): ReadonlyMap<string, 'ours' | 'of others'> {
  const values = new Map<string, 'ours' | 'of others'>()
  for (const { name = '', value = '' } of trees.flatMap(nvpairs)) if (isSensitive(name)) values.set(value, 'of others')
  for (const secret of secrets.values()) values.set(secret.reveal(), 'ours')
  values.delete('')
  return values
}

/** A tree for people. Where there are several secrets each has its number, the same everywhere: that one changed is seen, and which not. */
export function masked(
  tree: XmlElement,
  values: ReadonlyMap<string, 'ours' | 'of others'>,
  isSensitive: (name: string) => boolean,
): XmlElement {
  const all = [...values.keys()]
  return mapTree(tree, (element) => {
    const { name, value = '' } = element.attributes
    // Another's may be any word, which stands elsewhere by chance.
    const hidden = values.get(value) === 'ours' || (values.has(value) && isSensitive(name ?? ''))
    if (element.name !== 'nvpair' || !hidden) return element
    const number = all.length === 1 ? '' : ` ${all.indexOf(value) + 1}`
    return withValue(element, `${MASK.slice(0, -1)}${number}${MASK.slice(-1)}`)
  })
}

/** The tree's text, in which the secrets stay secret. */
export function secretText(tree: XmlElement, values: ReadonlyMap<string, unknown>): Text {
  let pieces: readonly (string | Secret)[] = [renderXml(tree)]
  for (const value of values.keys())
    pieces = pieces.flatMap((piece) => (piece instanceof Secret ? [piece] : cut(piece, escapeXml(value))))
  return new Text(pieces)
}

/** A secret stands as a whole value: a short one would be found in other words too. */
function cut(piece: string, value: string): readonly (string | Secret)[] {
  return piece
    .split(` value="${value}"`)
    .flatMap((part, index) => (index === 0 ? [part] : [' value="', new Secret(value), '"', part]))
}

function nvpairs({ name, attributes, children }: XmlElement): readonly XmlElement['attributes'][] {
  return [...(name === 'nvpair' ? [attributes] : []), ...children.flatMap(nvpairs)]
}

function withValue(element: XmlElement, value: string): XmlElement {
  return { ...element, attributes: { ...element.attributes, value } }
}
