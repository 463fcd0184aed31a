import { expect, test } from 'vitest'
import { takenVips } from '../../../../src/engine/pacemaker/taken.ts'
import { pacemakerInventory } from '../../support/pacemaker.ts'
import { clusterOf } from './cluster.ts'

const VIP = '10.0.0.100'
const two = pacemakerInventory()

function taken(preferences: Readonly<Record<string, number | 'INFINITY' | '-INFINITY'>>, holders = ['lb1']) {
  const inventory = {
    ...two,
    vips: two.vips.map((vip) => ({ ...vip, preferences: new Map(Object.entries(preferences)) })),
    pacemaker: { ...two.pacemaker, stickiness: 100 },
  }
  const members = Object.fromEntries(
    ['lb1', 'lb2'].map((name) => [name, holders.includes(name) ? { holds: [VIP] } : {}]),
  )
  return takenVips(inventory, clusterOf(inventory, members).view).map(({ by, why }) => `${by}: ${why}`)
}

test('a VIP goes to who prefers it by more than what keeps it', () => {
  expect(taken({ lb2: 200 })).toEqual(['lb2: prefer 200 is more than the 100 that keep it on lb1'])
  expect(taken({ lb2: 'INFINITY' })).toHaveLength(1)
  expect(taken({ lb1: '-INFINITY' })).toHaveLength(1)
})

test.each([[{}], [{ lb2: 100 }], [{ lb1: 150, lb2: 200 }], [{ lb1: 200 }]])('it stays with %j', (preferences) => {
  expect(taken(preferences)).toEqual([])
})

test('of one that nobody holds, or two, nothing can be said', () => {
  expect(taken({ lb2: 200 }, [])).toEqual([])
  expect(taken({ lb2: 200 }, ['lb1', 'lb2'])).toEqual([])
})
