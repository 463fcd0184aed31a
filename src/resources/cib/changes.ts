import { renderXml, type XmlElement } from '../../lib/xml.ts'
import type { Change } from '../kind.ts'
import { canonical } from './canonical.ts'
import { isRecord, readOwned } from './owned.ts'
import type { Takeover } from './takeover.ts'
import { agentOf, around, idOf, isResource, section } from './tree.ts'

/** What is told of one thing in a configuration, by aspect. */
type Aspects = ReadonlyMap<string, string>

const ABSENT = 'absent'

/** What is different, thing by thing, in words. */
export function changesBetween(before: XmlElement, after: XmlElement, { kept }: Takeover): readonly Change[] {
  const [old, next] = [things(before), things(after)]
  const taken = [...kept]
    .filter(([, id]) => old.has(`resource ${id}`) && !readOwned(before).ids.has(id))
    .map(([wanted, id]) => ({
      property: `resource ${id}`,
      before: 'made by others',
      after: `taken over as ${wanted}`,
    }))
  const names = [...new Set([...old.keys(), ...next.keys()])]
  const changes = names.flatMap((name) => compareThing(name, old.get(name), next.get(name)))
  if (changes.length > 0) return [...taken, ...changes]
  // What is ours was not written down, or its order counts.
  const [one, other] = [before, after].map((tree) => JSON.stringify(concern(tree)))
  return one === other ? [] : [{ property: 'record of what is ours', before: 'another', after: 'as wanted' }]
}

/** The part of a configuration that is told of, in its canonical form: not the nodes. */
export function concern(configuration: XmlElement): XmlElement {
  const told = configuration.children.filter(({ name, children }) => name !== 'nodes' && children.length > 0)
  return canonical(around(configuration, told))
}

function compareThing(name: string, before: Aspects | undefined, after: Aspects | undefined): readonly Change[] {
  if (before === undefined || after === undefined)
    return [{ property: name, before: summary(before), after: summary(after) }]
  return [...new Set([...before.keys(), ...after.keys()])]
    .map((aspect) => ({
      property: aspect === '' ? name : `${name} ${aspect}`,
      before: before.get(aspect) ?? ABSENT,
      after: after.get(aspect) ?? ABSENT,
    }))
    .filter((change) => change.before !== change.after)
}

function summary(aspects: Aspects | undefined): string {
  if (aspects === undefined) return ABSENT
  return [...aspects]
    .map(([aspect, value]) => (aspect === '' || aspect === 'agent' ? value : `${aspect}=${value}`))
    .join(' ')
}

function things(configuration: XmlElement): ReadonlyMap<string, Aspects> {
  const whole = canonical(around(configuration, configuration.children.map(withoutRecord)))
  return new Map<string, Aspects>([
    ...values(section(whole, 'crm_config'), 'property'),
    ...values(section(whole, 'rsc_defaults'), 'default'),
    ...section(whole, 'resources').children.flatMap((resource) => resourceThings(resource, undefined)),
    ...section(whole, 'constraints').children.map((one): [string, Aspects] => [
      `constraint ${idOf(one)}`,
      new Map([['', sentence(one)]]),
    ]),
    ...whole.children
      .filter(({ name }) => ['op_defaults', 'tags', 'acls', 'alerts', 'fencing-topology'].includes(name))
      .map((one): [string, Aspects] => [`section ${one.name}`, new Map([['', compact(one)]])]),
  ])
}

function withoutRecord(part: XmlElement): XmlElement {
  return part.name === 'crm_config'
    ? around(
        part,
        part.children.filter((set) => !isRecord(set)),
      )
    : part
}

function values(part: XmlElement, called: string): readonly (readonly [string, Aspects])[] {
  return part.children.flatMap((set) =>
    set.children.every(({ name }) => name === 'nvpair')
      ? set.children.map(
          ({ attributes }) => [`${called} ${attributes.name ?? ''}`, new Map([['', attributes.value ?? '']])] as const,
        )
      : [[`${called} ${idOf(set)}`, new Map([['', compact(set)]])] as const],
  )
}

function resourceThings(
  resource: XmlElement,
  container: XmlElement | undefined,
): readonly (readonly [string, Aspects])[] {
  const own = resource.children.filter((child) => !isResource(child))
  const aspects = new Map([
    ['agent', resource.name === 'primitive' ? agentOf(resource) : resource.name],
    ...(container === undefined ? [] : [['in', `${container.name} ${idOf(container)}`] as const]),
    ...own.flatMap(aspectsOf),
  ])
  const within = resource.children.filter(isResource).flatMap((child) => resourceThings(child, resource))
  return [[`resource ${idOf(resource)}`, aspects], ...within]
}

function aspectsOf(element: XmlElement): readonly (readonly [string, string])[] {
  const plain = Object.keys(element.attributes).length === 0
  if (plain && ['instance_attributes', 'meta_attributes', 'utilization'].includes(element.name))
    return element.children.map(({ attributes }) => [attributes.name ?? '', attributes.value ?? ''] as const)
  if (element.name === 'operations') return element.children.flatMap(operationAspect)
  return [[`${element.name} ${idOf(element)}`, compact(element)]]
}

/** `monitor every 10s: timeout=20s`. */
function operationAspect({ attributes, children }: XmlElement): readonly (readonly [string, string])[] {
  const { name = '', interval = '0s', ...rest } = attributes
  const told = [...Object.entries(rest).map(([key, value]) => `${key}=${value}`), ...children.map(compact)]
  return [[interval === '0s' ? name : `${name} every ${interval}`, told.join(' ') || 'usual']]
}

function sentence({ name, attributes, children }: XmlElement): string {
  const rest = Object.entries(attributes).filter(([key]) => key !== 'id')
  return [name, ...rest.map(([key, value]) => `${key}=${value}`), ...children.map(compact)].join(' ')
}

function compact(element: XmlElement): string {
  return renderXml(element).replaceAll(/\n\s*/g, '')
}
