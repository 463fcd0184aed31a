import { describe, expect, test } from 'vitest'
import type { Member as Reached } from '../../../../src/facts/types.ts'
import { readFirst } from '../../../../src/engine/pacemaker/cluster-order.ts'
import { decideClusterOrder } from '../../../../src/engine/pacemaker/order.ts'
import { refuseAlive, refuseCluster } from '../../../../src/engine/pacemaker/refuse.ts'
import { ManyErrors } from '../../../../src/lib/errors.ts'
import { pacemakerInventory } from '../../support/pacemaker.ts'
import { runOf } from '../run-of.ts'
import { CIB, clusterOf, HAPROXY, KEY, LOADED, type Member, OPENING } from './cluster.ts'

const VIP = '10.0.0.100'
const two = pacemakerInventory()
const three = pacemakerInventory({ third: '10.0.0.13' })
const serving = { lb1: { holds: [VIP] }, lb2: {} } as const

function order(
  members: Readonly<Record<string, Member>>,
  inventory = two,
  reached: readonly Reached[] = [],
  areStopped = false,
) {
  const { view, contents } = clusterOf(inventory, members)
  return decideClusterOrder(inventory, view, contents, { members: reached, areStopped })
}

/** What is refused, as it is told; undefined where nothing is. */
function refusal(
  members: Readonly<Record<string, Member>>,
  limit: readonly string[],
  inventory = two,
  yes = true,
  reached: readonly Reached[] = [],
) {
  const run = runOf(inventory, { limit: new Set(limit), yes })
  try {
    const decided = order(members, inventory, reached)
    refuseCluster(run, decided)
    refuseAlive(decided)
    return undefined
  } catch (thrown) {
    return thrown instanceof ManyErrors
      ? thrown.errors.map(({ message }) => message).join('\n')
      : thrown instanceof Error
        ? thrown.message
        : 'no error'
  }
}

const without = (name: string) => (wanted: string) =>
  wanted.replace(new RegExp(`    node \\{\n        name: ${name}\n[^}]*\\}\n`), '')
const listing = (name: string) => (wanted: string) =>
  wanted.replace(
    'nodelist {\n',
    `nodelist {\n    node {\n        name: ${name}\n        nodeid: 9\n        ring0_addr: 10.0.0.19\n    }\n`,
  )
const replacing = (from: string, to: string) => (wanted: string) => wanted.replaceAll(from, to)
const all = (was: Member['was'], inventory = two): Record<string, Member> =>
  Object.fromEntries(inventory.loadBalancers.map(({ name }) => [name, { ...(was === undefined ? {} : { was }) }]))

test('nothing where nothing differs', () => {
  expect(order(serving)).toMatchObject({ way: 'nothing', members: ['lb2', 'lb1'], turns: [], steps: [], notes: [] })
})

describe('a cluster that runs nowhere', () => {
  const bare = { running: false, was: () => undefined }

  test('is started on all at the same time', () => {
    const decided = order({ lb1: bare, lb2: bare })
    expect(decided).toMatchObject({ way: 'form', joiners: ['lb1', 'lb2'], members: [], migrates: false })
    expect(decided.steps).toEqual([
      'all at the same time: lb1, lb2 (corosync runs nowhere)',
      'start corosync and pacemaker on lb1, lb2, and wait until they have quorum',
      'bring the CIB to what is wanted, then the VIP is verified',
    ])
  })

  test('takes over from keepalived: the backups stop before the holder', () => {
    const decided = order({
      lb1: { ...bare, holds: [VIP], wants: ['service[keepalived]'] },
      lb2: { ...bare, wants: ['service[keepalived]'] },
    })
    expect(decided).toMatchObject({ way: 'form', migrates: true })
    expect(decided.steps).toEqual([
      'prepare corosync and pacemaker on lb1, lb2, while keepalived goes on',
      'start corosync and pacemaker on lb1, lb2, and wait until they have quorum',
      'bring the CIB to what is wanted, with the VIPs held back',
      'stop keepalived on lb2: not the holder',
      'stop keepalived on lb1, the holder',
      'let pacemaker start the VIPs, then the VIP is verified',
    ])
  })
})

describe('who is a member', () => {
  const joining = {
    lb1: { holds: [VIP], was: without('lb3') },
    lb2: { was: without('lb3') },
    lb3: { running: false, was: () => undefined },
  }

  test('one that joins is listed just before it is started, and nothing is read twice', () => {
    const decided = order(joining, three)
    expect(decided).toMatchObject({ way: 'live', members: ['lb2', 'lb1'], joiners: ['lb3'], turns: [] })
    expect(decided.reload).toEqual(['members'])
    expect(readFirst(decided)).toEqual([])
    expect(decided.steps).toEqual([
      'lb3 joins: the others list it (nothing is restarted), then it is started and waited for',
    ])
  })

  test('what else changes is read before anybody joins', () => {
    const was = (wanted: string) => without('lb3')(wanted).replace('token: 1000', 'token: 3000')
    const decided = order({ ...joining, lb1: { was }, lb2: { was } }, three)
    expect(readFirst(decided)).toEqual(['token'])
  })

  test('one that is listed and does not run is started, and nobody reads anything', () => {
    const decided = order({ lb1: {}, lb2: {}, lb3: { running: false } }, three)
    expect(decided).toMatchObject({ way: 'live', joiners: ['lb3'], reload: [], turns: [] })
    expect(decided.steps).toEqual(['lb3 is started and waited for'])
  })

  test('one that comes back with its old list, alone, joins like any other: who has quorum knows who is a member', () => {
    const decided = order(
      { ...joining, lb3: { alone: true, was: replacing('cluster_name: test', 'cluster_name: old') } },
      three,
    )
    expect(decided).toMatchObject({ members: ['lb2', 'lb1'], joiners: ['lb3'], restart: [] })
    expect(decided.steps).toEqual([
      'lb3 joins: what runs there apart is stopped, the others list it (nothing is restarted), then it is started and waited for',
    ])
  })

  test('one that leaves is taken off the list and forgotten', () => {
    const decided = order(all(listing('gone')))
    expect(decided.live.leaving.map(({ name }) => name)).toEqual(['gone'])
    expect(decided.steps).toEqual([
      "write corosync's files on all members, then make all of them read these (members): nothing is restarted",
      'pacemaker forgets gone',
    ])
  })

  test('one that was taken off the list by a run that was killed then is forgotten by the next', () => {
    const knows = { nodes: { lb1: true, lb2: true, gone: false } }
    const decided = order({ lb1: knows, lb2: knows })
    expect(decided).toMatchObject({ way: 'live', reload: [], turns: [] })
    expect(decided.steps).toEqual(['pacemaker forgets gone'])
    expect(order({ lb1: { nodes: { lb1: true, lb2: false } }, lb2: {} }).way).toBe('nothing')
  })

  test('one that has left and serves on is not forgotten but refused', () => {
    const member = { was: listing('gone'), nodes: { lb1: true, lb2: true, gone: true } }
    expect(refusal({ lb1: member, lb2: member }, ['lb1', 'lb2'])).toBe(
      'gone has left the inventory, is online in the cluster, and could not be stopped',
    )
    expect(refusal(all(listing('gone')), ['lb1', 'lb2'])).toBeUndefined()
  })

  test('one that has left and was reached is stopped first, by whatever name it was reached', () => {
    const member = { was: listing('gone'), nodes: { lb1: true, lb2: true, gone: true } }
    const members = { lb1: member, lb2: member }
    const reached = (name: string, address: string) => [{ name, address, host: name, port: 22 }]
    for (const by of [reached('gone', '10.0.0.19'), reached('lb9', '10.0.0.19')]) {
      expect(refusal(members, ['lb1', 'lb2'], two, true, by)).toBeUndefined()
      expect(order(members, two, by).notes.join()).not.toContain('cannot be stopped')
    }
    expect(refusal(members, ['lb1', 'lb2'], two, true, reached('other', '10.0.0.20'))).toContain('could not be stopped')
    expect(order(members).notes).toContain(
      'gone has left the inventory, is online, and cannot be stopped: up changes nothing until it is off',
    )
  })

  test('one that was replaced by a machine with another address is taken off the list and listed anew', () => {
    const was = (wanted: string) => wanted.replace('10.0.0.13', '10.0.0.53')
    const decided = order({ lb1: { was }, lb2: { was }, lb3: { running: false, was: () => undefined } }, three)
    expect(decided).toMatchObject({ joiners: ['lb3'], readdressed: ['lb3'], moved: [], reload: [], restart: [] })
    expect(decided.live.unlisted).toEqual(['lb3'])
    expect(decided.steps).toEqual([
      'lb3 joins: the others list it by its new address (nothing is restarted), then it is started and waited for',
    ])
  })

  test('one whose corosync goes on by its old address without pacemaker is stopped before', () => {
    const was = (wanted: string) => wanted.replace('10.0.0.13', '10.0.0.53')
    const decided = order({ lb1: { was }, lb2: { was }, lb3: { was, wants: ['service[pacemaker]'] } }, three)
    expect(decided.steps).toEqual([
      'lb3 joins: what runs there apart is stopped, the others list it by its new address (nothing is restarted), then it is started and waited for',
    ])
  })
})

describe('members that corosync knows by other names', () => {
  const renaming =
    (...names: readonly string[]) =>
    (wanted: string) =>
      names.reduce((conf, name) => conf.replace(`name: ${name}`, `name: ${name.replace('lb', 'node')}`), wanted)
  const nodes = { node1: true, node2: true }
  const renamed = {
    lb1: { was: renaming('lb1', 'lb2'), nodes, holds: [VIP] },
    lb2: { was: renaming('lb1', 'lb2'), nodes },
  }

  test('are members: the names are taken in maintenance mode, and only when it is wanted', () => {
    const decided = order(renamed)
    expect(decided).toMatchObject({ way: 'live', members: ['lb2', 'lb1'], joiners: [], restart: ['names'], moved: [] })
    expect(decided.live).toMatchObject({ unlisted: [], leaving: [], remembered: [] })
    expect(decided.steps[0]).toBe('maintenance mode: pacemaker leaves haproxy and the VIPs as they are')
    expect(refusal(renamed, ['lb1', 'lb2'], two, false)).toContain('change of names')
    expect(refusal(renamed, ['lb1', 'lb2'])).toBeUndefined()
  })

  test('one of two is no other that has left', () => {
    const was = renaming('lb2')
    const members = { lb1: { was, nodes: { lb1: true, node2: true } }, lb2: { was } }
    expect(order(members)).toMatchObject({ members: ['lb1', 'lb2'], restart: ['names'], alive: [], alone: [] })
    expect(refusal(members, ['lb1', 'lb2'])).toBeUndefined()
  })

  test('one that does not run yet is not forgotten by the name it had, one that left is', () => {
    const knows = { was: renaming('lb2'), nodes: { lb1: true, node2: false, gone: false } }
    expect(order({ lb1: knows, lb2: { ...knows, running: false } }).live.remembered).toEqual(['gone'])
  })

  test('what pacemaker still calls otherwise when it runs by its own name is forgotten', () => {
    const knows = { nodes: { lb1: true, lb2: true, node2: false } }
    expect(order({ lb1: knows, lb2: knows }).live.remembered).toEqual(['node2'])
  })

  test('without a name in the list, pacemaker has the name of the machine until it is started again', () => {
    const was = (wanted: string) => wanted.replaceAll(/ {8}name: .*\n/g, '')
    expect(order({ lb1: { was, nodes }, lb2: { was, nodes } }).restart).toEqual(['names'])
    const own = { lb1: true, lb2: true }
    expect(order({ lb1: { was, nodes: own }, lb2: { was, nodes: own } }).restart).toEqual([])
  })

  test('one that was given the address of one that left is not that one', () => {
    const was = (wanted: string) =>
      listing('gone')(wanted).replace('10.0.0.12', '10.0.0.52').replace('10.0.0.19', '10.0.0.12')
    expect(order({ lb1: { was }, lb2: { was } }).live).toMatchObject({ unlisted: [], leaving: [{ name: 'gone' }] })
  })
})

test('a cluster that serves and lists nobody of the inventory is not begun anew unless it is wanted', () => {
  const was = (wanted: string) => wanted.replaceAll(/name: lb/g, 'name: node').replaceAll('10.0.0.1', '10.9.0.1')
  const members = { lb1: { was, holds: [VIP] }, lb2: { was } }
  expect(order(members)).toMatchObject({ way: 'form', stale: ['lb1', 'lb2'] })
  expect(order(members).steps[0]).toBe(
    'stop pacemaker and corosync on lb1, lb2, whose list names nobody of the inventory',
  )
  expect(order(members).notes[0]).toContain('stopped on all at once; up does this only with --yes')
  expect(refusal(members, ['lb1', 'lb2'], two, false)).toBe(
    'pacemaker serves on lb1, lb2, and its list names nobody of the inventory',
  )
  expect(refusal(members, ['lb1', 'lb2'])).toBeUndefined()
})

describe('a firewall', () => {
  const closed = { was: replacing('token: 1000', 'token: 3000'), wants: [OPENING] }

  test('is opened before the members have to reach each other by what they read', () => {
    const decided = order({ lb1: closed, lb2: { ...closed, wants: [OPENING, HAPROXY] } })
    expect(decided).toMatchObject({ opened: ['lb1', 'lb2'], turns: ['lb2'] })
    expect(decided.steps[0]).toBe('open the firewall of lb1, lb2: nothing is restarted')
  })

  test('is a matter of its host where nothing else changes', () => {
    expect(order({ lb1: { wants: [OPENING] }, lb2: {} })).toMatchObject({ opened: [], turns: ['lb1'] })
  })
})

describe('two of three that leave at once', () => {
  const one = { ...two, loadBalancers: two.loadBalancers.slice(0, 1) }
  const was = (wanted: string) => listing('gone')(listing('left')(wanted))
  const members = (left: boolean) => ({
    lb1: { holds: [VIP], was, nodes: { lb1: true, gone: true, left } },
  })

  test('cost the third its quorum for a moment: the plan says so, and it is done only when it is wanted', () => {
    const reached = [{ name: 'gone', address: '10.0.0.19', host: 'gone', port: 22 }]
    const decided = order(members(true), one, reached)
    expect(decided.notes).toEqual([
      'gone, left leave at once: lb1 alone has no quorum until it reads its new list, and pacemaker stops the VIPs for that time; up does this only with --yes',
    ])
    expect(refusal(members(true), ['lb1'], one, false)).toBe('gone, left leave at once, and lb1 alone has no quorum')
  })

  test('cost it too where the other is off: of three that are counted one is no majority', () => {
    expect(order(members(false), one)).toMatchObject({ alone: ['gone'], way: 'live' })
    expect(refusal(members(false), ['lb1'], one, false)).toBe('gone leaves, and lb1 alone has no quorum')
  })

  test('are no pair, of which either goes on alone', () => {
    const pair = (wanted: string) => listing('gone')(wanted).replace('quorum {\n', 'quorum {\n    two_node: 1\n')
    expect(order({ lb1: { was: pair, nodes: { lb1: true, gone: true } } }, one).alone).toEqual([])
    expect(order({ lb1: { was: listing('gone'), nodes: { lb1: true, gone: true } } }, one).alone).toEqual(['gone'])
  })
})

describe('members that leave where nobody in hand has quorum may serve with it', () => {
  const inventoryOf = (...names: readonly string[]) => ({
    ...three,
    loadBalancers: [
      ...three.loadBalancers.filter(({ name }) => names.includes(name)),
      ...two.loadBalancers.slice(0, 1).map((lb) => ({ ...lb, name: 'lb4', address: '10.0.0.14', priority: 1 })),
    ].filter(({ name }) => names.includes(name)),
  })
  const was = (wanted: string) =>
    listing('gone')(listing('left')(wanted.replace(/    node \{\n        name: lb4\n[^}]*\}\n/, '')))
  const parted: Member = { was, alone: true, nodes: { lb1: true, left: false, gone: false } }
  const told = (inHand: string) =>
    `gone, left left the inventory and could not be looked at, and ${inHand} no quorum: those who left may have it, and serve the VIP`
  const reach = (name: string): Reached => ({ name, address: '10.0.0.20', host: name, port: 22 })
  const bare = { running: false, was: () => undefined }
  const off: Member = { running: false, was }

  test.each<readonly [string, readonly string[], Readonly<Record<string, Member>>, 'live' | 'form', string]>([
    ['one of three, cut off', ['lb1'], { lb1: parted }, 'live', 'lb1 has'],
    ['one that is joined by another', ['lb1', 'lb4'], { lb1: parted, lb4: bare }, 'live', 'lb1, lb4 have'],
    [
      'one whose pacemaker does not answer',
      ['lb1'],
      { lb1: { was, alone: true, wants: ['service[pacemaker]'] } },
      'form',
      'lb1 has',
    ],
    ['one that does not run', ['lb1'], { lb1: off }, 'form', 'lb1 has'],
    ['one that does not run, and another', ['lb1', 'lb4'], { lb1: off, lb4: bare }, 'form', 'lb1, lb4 have'],
  ])('%s', (_, names, members, way, inHand) => {
    const inventory = inventoryOf(...names)
    const decided = order(members, inventory)
    expect(decided).toMatchObject({ way, lost: ['gone', 'left'] })
    expect(decided.notes[0]).toBe(`${told(inHand)}; up does this only with --yes`)
    expect(decided.notes.join()).not.toContain('stays where it is')
    expect(refusal(members, names, inventory, false)).toBe(told(inHand))
    expect(refusal(members, names, inventory)).toBeUndefined()
  })

  test('it is told what to do, also where they are dead', () => {
    const run = runOf(inventoryOf('lb1'))
    expect(() => {
      refuseCluster(run, order({ lb1: parted }, run.inventory))
    }).toThrow(
      expect.objectContaining({
        mend: 'power gone, left off, then run with --yes, also where they are known to be dead: a cluster begins without them, and any of them that serves would hold the VIP beside it. Else mend the network between them first',
      }),
    )
  })

  test('is told beside what else is asked for by the same word', () => {
    const renamed = {
      ...parted,
      was: (wanted: string) => was(wanted).replace('cluster_name: test', 'cluster_name: old'),
    }
    const said = refusal({ lb1: renamed }, ['lb1'], inventoryOf('lb1'), false)
    expect(said).toContain(told('lb1 has'))
    expect(said).toContain('corosync takes a change of cluster name only')
  })

  test('not those that were reached: they are stopped first, and are stopped when it is looked at again', () => {
    const inventory = inventoryOf('lb1')
    const reached = [reach('gone'), reach('left')]
    for (const areStopped of [false, true])
      expect(order({ lb1: parted }, inventory, reached, areStopped)).toMatchObject({ lost: [], alive: [] })
    expect(order({ lb1: parted }, inventory, [reach('gone')]).lost).toEqual(['left'])
  })

  test('one that was stopped and is online again is refused', () => {
    const members = { lb1: { ...parted, nodes: { lb1: true, left: false, gone: true } } }
    expect(order(members, inventoryOf('lb1'), [reach('gone'), reach('left')], true)).toMatchObject({
      lost: [],
      alive: ['gone'],
    })
  })

  test('not where a member in hand has quorum: who is off then cannot have it', () => {
    const members = { lb1: { ...parted, alone: false }, lb2: parted }
    expect(order(members, inventoryOf('lb1', 'lb2')).lost).toEqual([])
  })

  test('not where keepalived serves in place of a pacemaker that was', () => {
    expect(order({ lb1: { ...off, wants: ['service[keepalived]'] } }, inventoryOf('lb1')).lost).toEqual([])
  })

  test('not those of another cluster that a host was once of', () => {
    const foreign = (wanted: string) =>
      was(wanted).replace('cluster_name: test', 'cluster_name: db').replace('10.0.0.11', '10.9.0.1')
    expect(order({ lb1: { running: false, was: foreign } }, inventoryOf('lb1')).lost).toEqual([])
  })
})

describe('what corosync runs with', () => {
  test('a token is read by all at the same time, and no member has a turn', () => {
    const decided = order(all(replacing('token: 1000', 'token: 3000')))
    expect(decided).toMatchObject({ way: 'live', restart: [], moved: [], turns: [] })
    expect(decided.steps).toEqual([
      "write corosync's files on all members, then make all of them read these (token): nothing is restarted",
    ])
  })

  test('a cipher too, while pacemaker is told to leave everything as it is', () => {
    const decided = order(all(replacing('cipher: aes256', 'cipher: aes128')))
    expect(decided).toMatchObject({ way: 'live', restart: [], moved: [], turns: [] })
    expect(decided.steps).toEqual([
      'maintenance mode: pacemaker leaves haproxy and the VIPs as they are',
      "write corosync's files on all members, then make all of them read these (cipher): nothing is restarted",
      'end maintenance mode',
    ])
  })

  test('another key too, though nothing else differs', () => {
    const decided = order({ lb1: { wants: [KEY] }, lb2: { wants: [KEY] } })
    expect(decided).toMatchObject({ reload: ['key'], turns: [] })
  })

  test('a key that a killed run has written and not loaded goes the same way', () => {
    expect(order({ lb1: { wants: [LOADED] }, lb2: {} })).toMatchObject({ reload: ['key'], turns: [] })
  })

  test('another name of the cluster is taken only at a start, and the plan says so', () => {
    const decided = order(all(replacing('cluster_name: test', 'cluster_name: old')))
    expect(decided.restart).toEqual(['cluster name'])
    expect(decided.steps).toEqual([
      'maintenance mode: pacemaker leaves haproxy and the VIPs as they are',
      "stop corosync and pacemaker on all members, write corosync's files, start them (corosync takes another cluster name only at its start)",
      'end maintenance mode',
    ])
    expect(decided.notes).toEqual([
      'all members of corosync are stopped at once for: cluster name; haproxy and the VIPs go on, but nothing moves them meanwhile; up does this only with --yes',
    ])
  })

  test('a member that has another address leaves and comes back, the holder last', () => {
    const was = (wanted: string) => wanted.replace('10.0.0.11', '10.0.0.51').replace('10.0.0.12', '10.0.0.52')
    const decided = order({ lb1: { was, holds: [VIP] }, lb2: { was }, lb3: { was } }, three)
    expect(decided).toMatchObject({ restart: [], moved: ['lb2', 'lb1'], turns: [] })
    expect(decided.steps).toEqual([
      'lb2 leaves the cluster, is listed by its new address, and comes back',
      'lb1 leaves the cluster, is listed by its new address, and comes back',
    ])
    expect(decided.notes).toEqual([
      'the VIP moves when lb1 leaves the cluster: pacemaker gives it up as it stops there',
    ])
  })

  test('an address of one that does not hold the VIP leaves the VIP where it is', () => {
    const was = replacing('10.0.0.12', '10.0.0.52')
    expect(order({ lb1: { was, holds: [VIP] }, lb2: { was } }).notes).toEqual(['the VIP stays where it is'])
  })
})

describe('what members have of their own', () => {
  test('is done in turns, the holder last', () => {
    const decided = order({ lb1: { holds: [VIP], wants: [HAPROXY] }, lb2: { wants: [HAPROXY] } })
    expect(decided).toMatchObject({ way: 'live', turns: ['lb2', 'lb1'], reload: [], cib: false })
    expect(decided.steps).toEqual([
      'lb2 (does not hold the VIP), then the VIP is verified',
      'lb1 (holds the VIP: last), then the VIP is verified',
    ])
    expect(decided.notes).toEqual(['the VIP stays where it is'])
  })

  test.each(['corosync', 'pacemaker'])('another version of %s on the holder may move the VIP', (program) => {
    const wants = [`package[${program}]`]
    expect(order({ lb1: { holds: [VIP], wants }, lb2: { wants } }).notes).toEqual([
      'the VIP may move when corosync or pacemaker is updated on lb1: their packages restart them',
    ])
    expect(order({ lb1: { holds: [VIP] }, lb2: { wants } }).notes).toEqual(['the VIP stays where it is'])
  })

  test('the CIB comes after it, and alone needs no turn', () => {
    expect(order({ lb1: { wants: [CIB] }, lb2: { wants: [CIB] } })).toMatchObject({
      cib: true,
      turns: [],
      steps: ['bring the CIB to what is wanted, then the VIP is verified'],
    })
  })
})

describe('--limit', () => {
  const changes: readonly (readonly [string, Readonly<Record<string, Member>>, string])[] = [
    ['a token', all(replacing('token: 1000', 'token: 3000')), 'token'],
    ['a key', { lb1: { wants: [KEY] }, lb2: { wants: [KEY] } }, 'key'],
    ['a name', all(replacing('cluster_name: test', 'cluster_name: old')), 'cluster name'],
    ['a leaver', all(listing('gone')), 'members, who is a member'],
    ['the CIB', { lb1: { wants: [CIB] }, lb2: { wants: [CIB] } }, 'the CIB'],
    ['an address', all(replacing('10.0.0.12', '10.0.0.52')), 'addresses'],
  ]

  test.each(changes)('of what all share nothing is done on a part: %s', (_, members, what) => {
    expect(refusal(members, ['lb1'])).toBe(`what all members share changes (${what}), and --limit leaves lb2 out`)
    expect(refusal(members, ['lb1', 'lb2'])).toBeUndefined()
  })

  test('from keepalived to pacemaker is for all or for none', () => {
    const members = { lb1: { holds: [VIP], wants: ['service[keepalived]'] }, lb2: {} }
    expect(refusal(members, ['lb1'])).toContain('what moves the VIP')
  })

  test('what stops all of corosync is done only when it is wanted', () => {
    const members = all(replacing('cluster_name: test', 'cluster_name: old'))
    expect(refusal(members, ['lb1', 'lb2'], two, false)).toBe(
      'corosync takes a change of cluster name only when all members are stopped at once',
    )
    expect(refusal(members, ['lb1', 'lb2'], two, true)).toBeUndefined()
  })

  test('nobody joins a part, and nobody joins who is left out', () => {
    const was = without('lb3')
    const members = { lb1: { was }, lb2: { was }, lb3: { running: false, was: () => undefined } }
    expect(refusal(members, ['lb1', 'lb3'], three)).toContain('who is a member')
    expect(refusal(members, ['lb1', 'lb2'], three)).toContain('members')
  })

  test('what a member has of its own is done on it alone', () => {
    expect(refusal({ lb1: { wants: [HAPROXY] }, lb2: { wants: [HAPROXY] } }, ['lb1'])).toBeUndefined()
  })
})
