import { xml } from '../../lib/xml.ts'
import type { WantedCib } from '../action.ts'
import { around, mapTree } from './tree.ts'

/** The same, with every VIP held back: it is known to the cluster, and stays down. */
export function heldBack(wanted: WantedCib): WantedCib {
  const configuration = mapTree(wanted.configuration, (element) => {
    if (element.attributes.type !== 'IPaddr2') return element
    const id = `${element.attributes.id ?? ''}-meta`
    const stopped = xml('nvpair', { id: `${id}-target-role`, name: 'target-role', value: 'Stopped' })
    return around(element, [...element.children, xml('meta_attributes', { id }, [stopped])])
  })
  return { ...wanted, configuration }
}
