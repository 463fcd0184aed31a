import type { XmlElement } from '../../lib/xml.ts'
import type { WantedCib } from '../action.ts'
import { around, idOf } from './tree.ts'

/**
 * The same without what may run once only, and already runs where another engine is in charge: a resource that pacemaker is told of is
 * looked for at once, and one that is found where it shall not be is stopped there, whoever started it.
 */
export function heldBack(wanted: WantedCib): WantedCib {
  const resources = wanted.configuration.children.find(({ name }) => name === 'resources')?.children ?? []
  const held = new Set(resources.filter(runsOnce).map(idOf))
  return {
    ...wanted,
    configuration: around(
      wanted.configuration,
      wanted.configuration.children.map((section) =>
        around(
          section,
          section.children.filter(
            (one) => !held.has(idOf(one)) && !Object.values(one.attributes).some((id) => held.has(id)),
          ),
        ),
      ),
    ),
  }
}

/** Every VIP, and haproxy where it is no clone. Fencing devices run nowhere but in pacemaker. */
function runsOnce({ name, attributes }: XmlElement): boolean {
  return name === 'primitive' && attributes.class !== 'stonith'
}
