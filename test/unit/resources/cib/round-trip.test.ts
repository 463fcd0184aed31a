import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Inventory } from '../../../../src/inventory/model.ts'
import { parseXml, renderXml, type XmlElement } from '../../../../src/lib/xml.ts'
import { revealed } from '../../../../src/resources/cib/mask.ts'
import { cibResource } from '../../../../src/resources/cib/kind.ts'
import type { Comparison } from '../../../../src/resources/kind.ts'
import { resourcesIn, section } from '../../../../src/resources/cib/tree.ts'
import { renderCib } from '../../../../src/roles/pacemaker/render.ts'
import { cibAround, cibText } from '../../support/cib.ts'
import { pacemakerInventories } from '../../support/inventories.ts'
import { pacemakerInventory } from '../../support/pacemaker.ts'

/** As many as a machine does in a moment: a busy one fewer. */
const RUNS = { numRuns: 100, interruptAfterTimeLimit: 1500 }

function compared(cib: string, inventory: Inventory): Comparison {
  return cibResource('demo', renderCib(inventory)).compare(cib)
}

/** The CIB of a cluster when what an inventory wants has been done, as text. */
function doneTo(cib: string, inventory: Inventory): string {
  const [action] = compared(cib, inventory).actions
  return action?.do === 'cib' ? cibAround(action.content.reveal()) : cib
}

function idsOf({ attributes, children }: XmlElement): readonly string[] {
  return [...(attributes.id === undefined ? [] : [attributes.id]), ...children.flatMap(idsOf)]
}

const NOTHING = { changes: [], actions: [] }

/** That nothing is left to do, and pacemaker takes it: no id is there twice. */
function expectDone(cib: string, inventory: Inventory): void {
  expect(compared(cib, inventory)).toEqual(NOTHING)
  const ids = parseXml(cib).children.flatMap(idsOf)
  expect(ids).toEqual([...new Set(ids)])
}

test('what was rendered and read again differs from what is wanted in nothing but the record of what is ours', () => {
  fc.assert(
    fc.property(pacemakerInventories, (inventory) => {
      const { configuration, secrets } = renderCib(inventory)
      const there = cibAround(renderXml(revealed(configuration, secrets)))
      const { changes, doubts } = compared(there, inventory)
      expect(changes).toEqual([{ property: 'record of what is ours', before: 'another', after: 'as wanted' }])
      expect(doubts).toBeUndefined()
      expectDone(doneTo(there, inventory), inventory)
    }),
    RUNS,
  )
})

test('one inventory after another: nothing is left of the first, and nothing to do for the second', () => {
  fc.assert(
    fc.property(pacemakerInventories, pacemakerInventories, (first, second) => {
      const bare = cibText('cib-bare-with-dc')
      expectDone(doneTo(doneTo(bare, first), second), second)
    }),
    RUNS,
  )
})

/** The VIP that is there keeps its parts, one of which is called as the resource of the new one. */
test('a VIP that is named as a part of another comes later', () => {
  const base = pacemakerInventory()
  const [vip] = base.vips
  if (vip === undefined) throw new Error('there is no VIP')
  const both = { ...base, vips: [vip, { ...vip, name: `${vip.name}-params`, address: '10.0.0.101' }] }
  const done = doneTo(doneTo(cibText('cib-bare-with-dc'), base), both)
  expectDone(done, both)
  const resources = resourcesIn(section(section(parseXml(done), 'configuration'), 'resources'))
  expect(resources.map(({ attributes }) => attributes.id)).toEqual([
    'haproxy-clone',
    'haproxy',
    'vip-api',
    'vip-api-params',
  ])
})
