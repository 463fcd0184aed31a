import { xml, type XmlElement } from '../../lib/xml.ts'
import { idOf, resourcesIn, section } from './tree.ts'

const SET = 'ha-provision'
const IDS = 'ha-provision-ids'
const PROPERTIES = 'ha-provision-properties'

/** What an earlier run put there, or took over. */
export interface Owned {
  readonly ids: ReadonlySet<string>
  readonly properties: ReadonlySet<string>
}

/**
 * What is ours stands in two cluster properties of ours, so that what leaves the inventory can be taken away. A prefix of ids would not do: a
 * resource that is taken over keeps its id. Pacemaker keeps properties that it does not know, and every member has them.
 */
export function readOwned(configuration: XmlElement): Owned {
  const values = section(configuration, 'crm_config').children.flatMap(({ children }) => children)
  const words = (name: string): ReadonlySet<string> =>
    new Set(values.find(({ attributes }) => attributes.name === name)?.attributes.value?.split(' '))
  return { ids: words(IDS), properties: words(PROPERTIES) }
}

/** What is ours from now on. */
export function ownedOf(wanted: XmlElement): Owned {
  const resources = resourcesIn(section(wanted, 'resources'))
  const properties = section(wanted, 'crm_config').children.flatMap(({ children }) => children)
  return {
    ids: new Set([...resources, ...section(wanted, 'constraints').children].map(idOf)),
    properties: new Set(properties.map(({ attributes }) => attributes.name ?? '')),
  }
}

/** The set of the two properties. */
export function renderOwned({ ids, properties }: Owned): XmlElement {
  const value = (name: string, words: ReadonlySet<string>): XmlElement =>
    xml('nvpair', { id: name, name, value: [...words].sort().join(' ') })
  return xml('cluster_property_set', { id: SET }, [value(IDS, ids), value(PROPERTIES, properties)])
}

/** Whether a set of properties is that one. */
export function isRecord(element: XmlElement): boolean {
  return idOf(element) === SET
}
