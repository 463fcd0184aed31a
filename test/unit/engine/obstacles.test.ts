import { expect, test } from 'vitest'
import type { Check } from '../../../src/checks/check.ts'
import type { View } from '../../../src/engine/look.ts'
import { findObstacles } from '../../../src/engine/obstacles.ts'
import { inventoryOf } from '../support/inventory.ts'
import { clusterOf } from './cluster.ts'

const BOTH = new Set(['lb1', 'lb2'])

/** Two members, `changed` of which are to be changed; both have something in the way. */
function viewOf(scope: Check['scope'], changed: readonly string[]): View {
  const wants = (name: string) => ({ wants: changed.includes(name) ? 'other' : 'nothing' }) as const
  const { view } = clusterOf(inventoryOf(), { lb1: wants('lb1'), lb2: wants('lb2') })
  const check: Check = {
    id: 'x',
    scope,
    probe: () => '',
    judge: () => [],
    obstacles: (samples) =>
      samples.map(({ host }) => ({ check: 'x', host, status: 'failed', message: 'in the way', mend: 'move it' })),
  }
  return {
    ...view,
    built: { ...view.built, hosts: view.built.hosts.map((host) => ({ ...host, checks: [check] })) },
    observations: new Map(
      [...view.observations].map(([host, observation]) => [
        host,
        { ...observation, samples: new Map([['x', { host, output: '', from: 0, to: 1 }]]) },
      ]),
    ),
  }
}

function told(view: View, limit: ReadonlySet<string> = BOTH): readonly (string | undefined)[] {
  return findObstacles(view, limit).map(({ where }) => where)
}

test('what one host has of its own is in the way of changing that host', () => {
  expect(told(viewOf('host', ['lb1']))).toEqual(['lb1'])
  expect(told(viewOf('host', ['lb1', 'lb2']))).toEqual(['lb1', 'lb2'])
  expect(told(viewOf('host', ['lb1', 'lb2']), new Set(['lb2']))).toEqual(['lb2'])
})

test('what all of them share is in the way of changing any of them', () => {
  expect(told(viewOf('cluster', ['lb1']))).toEqual(['lb1', 'lb2'])
  expect(told(viewOf('cluster', ['lb1']), new Set(['lb1']))).toEqual(['lb1', 'lb2'])
})

test('nothing is in the way of changing nothing', () => {
  expect(told(viewOf('cluster', []))).toEqual([])
  expect(told(viewOf('cluster', ['lb1']), new Set(['lb2']))).toEqual([])
})
