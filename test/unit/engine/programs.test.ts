import { describe, expect, test } from 'vitest'
import { disturbsNothing } from '../../../src/engine/programs.ts'
import type { Observation } from '../../../src/engine/observe.ts'
import type { Action } from '../../../src/resources/action.ts'
import type { Change } from '../../../src/resources/kind.ts'

const STOPPED: Change = { property: 'state', before: 'not running', after: 'running' }

/** A member where these run; of the rest it is seen that they do not. */
function seen(...running: readonly string[]): Observation {
  const ids = ['loaded[haproxy]', 'loaded[keepalived]', 'loaded[corosync]', 'service[pacemaker]', 'service[corosync]']
  return {
    host: 'lb1',
    resources: ids.map((id) => ({
      play: 'x',
      resource: { id, kind: '', probe: () => '', compare: () => ({ changes: [], actions: [] }) },
      comparison: { changes: running.some((unit) => id.endsWith(`[${unit}]`)) ? [] : [STOPPED], actions: [] },
    })),
    samples: new Map(),
  }
}

const install = (...holdUnits: readonly string[]): Action => ({ do: 'install', packages: [], holdUnits })

describe('on all hosts at once', () => {
  test.each<readonly [what: string, running: readonly string[], action: Action, disturbsNothing: boolean]>([
    [
      'packages of what does not run, beside what serves',
      ['haproxy', 'keepalived'],
      install('corosync', 'pacemaker'),
      true,
    ],
    ['tools that are no daemon’s', ['haproxy', 'corosync', 'pacemaker'], install(), true],
    ['where packages come from', ['haproxy'], { do: 'repository', path: '/x', id: 'ha' }, true],
    ['a package of what serves', ['haproxy'], install('haproxy', 'corosync'), false],
    ['corosync’s where it runs', ['corosync'], install('corosync'), false],
    ['pacemaker’s where it runs', ['pacemaker'], install('pacemaker'), false],
    ['anything else where something runs', ['haproxy'], { do: 'remove', path: '/x' }, false],
    ['anything where nothing runs', [], { do: 'remove', path: '/x' }, true],
  ])('%s', (_, running, action, expected) => {
    expect(disturbsNothing(seen(...running), [{ resources: ['x'], action }])).toBe(expected)
  })
})
