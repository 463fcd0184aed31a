import { describe, expect, test } from 'vitest'
import { settleNodeIds } from '../../../src/engine/node-ids.ts'
import type { Inventory } from '../../../src/inventory/model.ts'
import { BY_HAND, confOf, LB1, LB2, LB3, STOCK } from '../roles/corosync/confs.ts'
import { clusterFacts, pacemakerInventory } from '../support/pacemaker.ts'

const inventory = pacemakerInventory()
const three = pacemakerInventory({ third: '10.0.0.13' })

function settled(of: Inventory, ...confs: readonly (string | undefined)[]) {
  const facts = new Map(confs.map((conf, index) => [`lb${index + 1}`, clusterFacts(`lb${index + 1}`, { conf })]))
  return Object.fromEntries(settleNodeIds(of, facts))
}

const reversed = { ...inventory, loadBalancers: inventory.loadBalancers.toReversed() }
const given = (id: number): Inventory => ({
  ...inventory,
  loadBalancers: inventory.loadBalancers.map((lb) => (lb.name === 'lb1' ? { ...lb, nodeId: id } : lb)),
})

test('of a cluster that is not there yet: the order', () => {
  expect(settled(inventory, undefined, STOCK)).toEqual({ lb1: 1, lb2: 2 })
  expect(settled(reversed, undefined)).toEqual({ lb2: 1, lb1: 2 })
})

describe('of a cluster that is there', () => {
  const conf = confOf([LB1, LB2])

  test('another order in the inventory renumbers nobody', () => {
    expect(settled(reversed, conf, conf)).toEqual({ lb1: 1, lb2: 2 })
  })

  test('a member that is renamed keeps its number by its address, one that moves by its name', () => {
    expect(
      settled(
        inventory,
        confOf([
          ['old', 5, '10.0.0.11'],
          ['lb2', 9, '10.0.0.99'],
        ]),
      ),
    ).toEqual({ lb1: 5, lb2: 9 })
  })

  test('one made by hand: a name that stands for an address', () => {
    expect(settled(inventory, BY_HAND)).toEqual({ lb1: 11, lb2: 12 })
  })

  test('a new one gets none that is listed, though its member leaves', () => {
    const gone = confOf([
      ['gone', 1, '10.0.0.10'],
      ['lb1', 2, '10.0.0.11'],
    ])
    expect(settled(inventory, gone)).toEqual({ lb1: 2, lb2: 3 })
  })

  test('the word of the one who lists most of them counts', () => {
    const alone = confOf([['lb1', 3, '10.0.0.11']])
    expect(settled(three, alone, confOf([LB1, LB2, LB3]))).toEqual({ lb1: 1, lb2: 2, lb3: 3 })
  })

  test('what another cluster says counts nothing', () => {
    expect(settled(inventory, confOf([['lb1', 7, '10.9.0.1']], ['cluster_name: other']))).toEqual({ lb1: 1, lb2: 2 })
  })
})

test('a given number comes first, and whoever had it gets another', () => {
  expect(settled(given(2), confOf([LB1, LB2]))).toEqual({ lb1: 2, lb2: 3 })
  expect(settled(given(7))).toEqual({ lb1: 7, lb2: 1 })
})
