import type { XmlElement } from '../../lib/xml.ts'
import { Foreign } from './foreign.ts'
import { mergeConstraints } from './merge-constraints.ts'
import { mergeResources } from './merge-resources.ts'
import { mergeValues } from './merge-values.ts'
import { isRecord, ownedOf, readOwned, renderOwned } from './owned.ts'
import { findTakeover, renamed, type Takeover } from './takeover.ts'
import { around, idOf, resourcesIn, section } from './tree.ts'
import { withUniqueIds } from './unique-ids.ts'

/** What pacemaker writes itself, and what people set for as long as they are at work. */
const OF_PACEMAKER = new Set([
  'have-watchdog',
  'dc-version',
  'cluster-infrastructure',
  'cluster-name',
  'last-lrm-refresh',
  'maintenance-mode',
])
const NONE: ReadonlySet<string> = new Set()
const SECTIONS = ['crm_config', 'nodes', 'resources', 'constraints', 'rsc_defaults']

/** A configuration as it is to be. */
interface Merged {
  readonly configuration: XmlElement
  /** What of others is left. */
  readonly doubts: readonly string[]
  readonly takeover: Takeover
}

/**
 * The configuration as it is to be, complete, computed from the one that is there: what means the same stays to the letter, ours is replaced
 * where it differs and goes where it is not wanted any more, and what pacemaker or others made stays, unless `purge` is wanted.
 */
export function merge(current: XmlElement, wanted: XmlElement, purge: boolean): Merged {
  const foreign = new Foreign(purge)
  const takeover = findTakeover(current, wanted)
  const ours = renamed(wanted, takeover)
  const [before, after] = [readOwned(current), ownedOf(ours)]
  const obsolete = new Set([...takeover.superseded, ...[...before.ids].filter((id) => !after.ids.has(id))])

  const there = section(current, 'resources')
  const resources = mergeResources(there, { wanted: section(ours, 'resources'), gone: obsolete, foreign })
  const left = new Set(resourcesIn(resources).map(idOf))
  const constraints = mergeConstraints(section(current, 'constraints'), {
    wanted: section(ours, 'constraints'),
    owned: before.ids,
    ours: after.ids,
    gone: new Set(
      resourcesIn(there)
        .map(idOf)
        .filter((id) => !left.has(id)),
    ),
    foreign,
  })
  const config = section(current, 'crm_config')
  const properties = mergeValues(
    around(
      config,
      config.children.filter((set) => !isRecord(set)),
    ),
    {
      wanted: section(ours, 'crm_config'),
      owned: before.properties,
      itself: OF_PACEMAKER,
      called: 'cluster property',
      foreign,
    },
  )
  const defaults = mergeValues(section(current, 'rsc_defaults'), {
    wanted: section(ours, 'rsc_defaults'),
    owned: NONE,
    itself: NONE,
    called: 'resource default',
    foreign,
  })
  const others = current.children
    .filter(({ name }) => !SECTIONS.includes(name))
    .filter(({ name, children }) => children.length === 0 || foreign.stays(`the section ${name}`))
  const whole = around(current, [
    around(properties, [...properties.children, renderOwned(after)]),
    section(current, 'nodes'),
    resources,
    constraints,
    defaults,
    ...others,
  ])
  return {
    // What is new may be called as a part of what stays.
    configuration: withUniqueIds(whole),
    doubts: foreign.doubts,
    takeover,
  }
}
