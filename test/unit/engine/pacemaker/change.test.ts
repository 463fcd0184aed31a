import { beforeEach, expect, test, vi } from 'vitest'
import type { View } from '../../../../src/engine/look.ts'
import { changeCluster } from '../../../../src/engine/pacemaker/change.ts'
import * as choices from '../../../../src/engine/pacemaker/choose.ts'
import { decideClusterOrder } from '../../../../src/engine/pacemaker/order.ts'
import type { Step } from '../../../../src/engine/perform/step.ts'
import type { Run } from '../../../../src/engine/run.ts'
import { Tally } from '../../../../src/engine/tally.ts'
import type { Choose } from '../../../../src/engine/turn.ts'
import { listedMembers } from '../../../../src/roles/corosync/parse.ts'
import { pacemakerInventory } from '../../support/pacemaker.ts'
import { runOf } from '../run-of.ts'
import { clusterOf, CONF, type Member, OPENING, playbook } from './cluster.ts'

/** What was done, in order, and what a member lacks after it came back. */
const seen = vi.hoisted(() => ({ done: Array.of<string>(), reasons: Array.of<string>() }))

vi.mock('../../../../src/engine/turn.ts', () => ({
  convergeHost: (_run: Run, view: View, _tally: Tally, name: string, choose: Choose) => {
    seen.done.push(`${name} ${called(choose)} ${listFor(view, name)}`)
    return Promise.resolve({ steps: [], started: new Set() })
  },
  doSteps: (_run: Run, _view: View, _tally: Tally, name: string, steps: readonly Step[]) => {
    if (steps.length > 0) seen.done.push(`${name} ${steps.map(({ action }) => action.do).join(', ')}`)
    return Promise.resolve()
  },
}))
vi.mock('../../../../src/engine/turns.ts', () => ({
  inTurn: () => Promise.resolve(),
  failingNow: () => Promise.resolve(new Set()),
  reasonsAfter: (_run: Run, _view: View, name: string) => {
    seen.done.push(`${name} serves?`)
    return Promise.resolve(seen.reasons)
  },
}))
vi.mock('../../../../src/engine/pacemaker/cleared.ts', () => ({
  clearCib: (_run: Run, _view: View, _tally: Tally, name: string) => {
    seen.done.push(`${name} loses its CIB`)
    return Promise.resolve()
  },
}))
vi.mock('../../../../src/engine/pacemaker/cib.ts', () => ({
  wantedCib: () => undefined,
  convergeCib: () => Promise.resolve(),
}))
vi.mock('../../../../src/engine/pacemaker/membership.ts', async (original) => ({
  ...(await original<object>()),
  awaitMembers: () => Promise.resolve(),
}))

function called(choose: Choose): string {
  return Object.entries(choices).find(([, one]) => one === choose)?.[0] ?? ''
}

/** The last numbers of the addresses that a host's corosync.conf lists. */
function listFor({ built }: View, name: string): string {
  const resources = built.hosts.find((host) => host.name === name)?.plays.flatMap((play) => play.resources) ?? []
  const conf = resources.find(({ file }) => file?.path === CONF)?.file?.content.reveal() ?? ''
  return listedMembers(conf)
    .map(({ addresses }) => addresses.get(0)?.split('.').at(-1) ?? '')
    .join(' ')
}

const three = pacemakerInventory({ third: '10.0.0.13' })

async function changed(members: Readonly<Record<string, Member>>): Promise<readonly string[]> {
  const { view, contents } = clusterOf(three, members)
  const run = { ...runOf(three), playbook }
  await changeCluster(run, view, new Tally(), decideClusterOrder(three, view, contents, []))
  return seen.done
}

beforeEach(() => {
  seen.done.length = 0
  seen.reasons.length = 0
})

const replacing =
  (...pairs: readonly (readonly [string, string])[]) =>
  (wanted: string) =>
    pairs.reduce((conf, [from, to]) => conf.replace(from, to), wanted)

test('one that joins loses the CIB it had before the others list it', async () => {
  const was = (wanted: string) => wanted.replace(/ {4}node \{\n {8}name: lb3\n[^}]*\}\n/, '')
  const done = await changed({ lb1: { was }, lb2: { was }, lb3: { running: false, was: () => undefined } })
  expect(done).toEqual([
    'lb3 loses its CIB',
    'lb1 files 11 12 13',
    'lb2 files 11 12 13',
    'lb3 prepared 11 12 13',
    'lb1 starts 11 12 13',
    'lb2 starts 11 12 13',
    'lb3 joined 11 12 13',
  ])
})

test('one that is listed and does not run keeps its CIB', async () => {
  expect(await changed({ lb1: {}, lb2: {}, lb3: { running: false } })).toEqual(['lb3 joined 11 12 13'])
})

test('one that comes back as another machine is taken off the list before it is listed by its new address', async () => {
  const was = replacing(['10.0.0.13', '10.0.0.53'])
  const done = await changed({ lb1: { was }, lb2: { was }, lb3: { running: false, was: () => undefined } })
  expect(done).toEqual([
    'lb3 loses its CIB',
    'lb1 files 11 12',
    'lb2 files 11 12',
    'lb1 starts 11 12',
    'lb2 starts 11 12',
    'lb1 files 11 12 13',
    'lb2 files 11 12 13',
    'lb3 prepared 11 12 13',
    'lb1 starts 11 12 13',
    'lb2 starts 11 12 13',
    'lb3 joined 11 12 13',
  ])
})

const moving: Readonly<Record<string, Member>> = Object.fromEntries(
  ['lb1', 'lb2', 'lb3'].map((name) => [
    name,
    {
      was: replacing(['10.0.0.11', '10.0.0.51'], ['10.0.0.12', '10.0.0.52']),
      holds: name === 'lb1' ? ['10.0.0.100'] : [],
    },
  ]),
)

test('the holder moves when the one that moved before it serves', async () => {
  const done = await changed(moving)
  expect(done.filter((one) => / (serves\?|stop, stop)$/.test(one))).toEqual([
    'lb2 stop, stop',
    'lb2 serves?',
    'lb1 stop, stop',
  ])
})

test('the holder is left alone where the one that moved before it does not serve', async () => {
  seen.reasons.push('haproxy does not answer')
  await expect(changed(moving)).rejects.toThrow('service was not as it should be: haproxy does not answer')
  expect(seen.done).not.toContain('lb1 stop, stop')
})

test.each([
  ['are read again', replacing(['token: 1000', 'token: 3000'])],
  ['take a restart', replacing(['cluster_name: test', 'cluster_name: old'])],
  ['take a move', replacing(['10.0.0.11', '10.0.0.51'])],
])('firewalls are open before files that %s', async (_, was) => {
  const done = await changed(Object.fromEntries(['lb1', 'lb2', 'lb3'].map((name) => [name, { was, wants: [OPENING] }])))
  expect(done.slice(0, 3)).toEqual(['lb1 openings 11 12 13', 'lb2 openings 11 12 13', 'lb3 openings 11 12 13'])
  expect(done.length).toBeGreaterThan(6)
})
