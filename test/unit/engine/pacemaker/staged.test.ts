import { expect, test } from 'vitest'
import { stagedInventory } from '../../../../src/engine/pacemaker/staged.ts'
import { pacemakerInventory } from '../../support/pacemaker.ts'

const three = pacemakerInventory({ third: '10.0.0.13' })
const ids = new Map([
  ['lb1', 1],
  ['lb2', 5],
  ['lb3', 3],
])
const listed = [
  {
    name: 'lb2',
    nodeId: 5,
    addresses: new Map([
      [0, '10.0.0.52'],
      [1, '10.1.0.52'],
    ]),
  },
]

function staged(absent: readonly string[], unmoved: readonly string[]) {
  const { loadBalancers } = stagedInventory(three, ids, { listed }, { absent, unmoved })
  return loadBalancers.map(({ name, nodeId, address, links }) => [name, nodeId, address, ...links])
}

test('who is absent is not listed, and nobody gets its number', () => {
  expect(staged(['lb1'], [])).toEqual([
    ['lb2', 5, '10.0.0.12'],
    ['lb3', 3, '10.0.0.13'],
  ])
})

test('who moves later is listed by the addresses it has', () => {
  expect(staged(['lb3'], ['lb2'])).toEqual([
    ['lb1', 1, '10.0.0.11'],
    ['lb2', 5, '10.0.0.52', '10.1.0.52'],
  ])
})

test('who is listed by none keeps what is wanted', () => {
  expect(staged(['lb2', 'lb3'], ['lb1'])).toEqual([['lb1', 1, '10.0.0.11']])
})
