import { xml, type XmlElement } from '../../lib/xml.ts'
import { canonicalValue } from './values.ts'

const SETS = ['cluster_property_set', 'instance_attributes', 'meta_attributes', 'utilization']
/** What pacemaker takes where nothing is said. */
const USUAL: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  op: { enabled: 'true', role: 'Started' },
  rsc_order: { kind: 'Mandatory', symmetrical: 'true', 'first-action': 'start' },
  meta_attributes: { 'target-role': 'Started', 'is-managed': 'true' },
}
const FIRST = ['id', 'class', 'provider', 'type', 'name']

/**
 * What an element means: two that pacemaker takes for the same are the same here. Named values count by their names, operations by name and
 * interval; their order and ids, the order of attributes, the units of times and what is usual anyway do not count.
 */
export function canonical(element: XmlElement): XmlElement {
  const plain = element.children.filter(isPlainSet)
  const sets = SETS.flatMap((name) => mergedSet(name, plain))
  const others = element.children.filter((child) => !isPlainSet(child) && !isEmptyList(child)).map(canonical)
  const children = [...sets, ...(element.name === 'operations' ? [...others].sort(byNameAndInterval) : others)]
  return { name: element.name, attributes: attributesOf(element), children }
}

/** Whether two elements mean the same. */
export function isSame(one: XmlElement, other: XmlElement): boolean {
  return JSON.stringify(canonical(one)) === JSON.stringify(canonical(other))
}

/** A set of values that count always: one with a rule, a score or a reference says more than its values. */
export function isPlainSet({ name, attributes, children }: XmlElement): boolean {
  const says = Object.keys(attributes).every((attribute) => attribute === 'id')
  return SETS.includes(name) && says && children.every((child) => child.name === 'nvpair' && 'name' in child.attributes)
}

function isEmptyList({ name, children }: XmlElement): boolean {
  return name === 'operations' && children.length === 0
}

/** Where a name is there twice, the first counts. */
function mergedSet(name: string, sets: readonly XmlElement[]): readonly XmlElement[] {
  const values = new Map<string, string>()
  for (const { attributes } of sets.filter((set) => set.name === name).flatMap(({ children }) => children)) {
    const value = canonicalValue(name, attributes.name ?? '', attributes.value ?? '')
    if (!values.has(attributes.name ?? '')) values.set(attributes.name ?? '', value)
  }
  const told = [...values].filter(([key, value]) => USUAL[name]?.[key] !== value).sort(byText)
  const pairs = told.map(([key, value]) => xml('nvpair', { name: key, value }))
  return pairs.length === 0 ? [] : [xml(name, {}, pairs)]
}

function attributesOf({ name, attributes }: XmlElement): Record<string, string> {
  const told = Object.entries(attributes)
    .map(([key, value]): [string, string] => [key, canonicalValue(name, key, value)])
    .filter(([key, value]) => !(name === 'op' && key === 'id') && USUAL[name]?.[key] !== value)
    .filter(
      ([key, value]) => !(name === 'op' && key === 'on-fail' && value === 'restart' && attributes.name !== 'stop'),
    )
  const rank = ([key]: [string, string]): number => (FIRST.includes(key) ? FIRST.indexOf(key) : FIRST.length)
  return Object.fromEntries(told.sort((one, other) => rank(one) - rank(other) || byText(one, other)))
}

function byNameAndInterval(one: XmlElement, other: XmlElement): number {
  const key = ({ attributes }: XmlElement): readonly [string] => [JSON.stringify(attributes)]
  return byText(key(one), key(other))
}

function byText([one]: readonly [string, ...unknown[]], [other]: readonly [string, ...unknown[]]): number {
  return one < other ? -1 : one > other ? 1 : 0
}
