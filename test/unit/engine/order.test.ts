import { describe, expect, test } from 'vitest'
import { readLive } from '../../../src/engine/live.ts'
import { decideOrder } from '../../../src/engine/order.ts'
import { inventoryOf } from '../support/inventory.ts'
import { clusterOf, type Member } from './cluster.ts'

const VIP = '10.0.0.100'
const two = inventoryOf()
const three = inventoryOf({ third: '10.0.0.13' })

function order(members: Readonly<Record<string, Member>>, inventory = two) {
  const { view, contents } = clusterOf(inventory, members)
  return decideOrder(inventory, view, contents)
}

function live(members: Readonly<Record<string, Member>>, inventory = two) {
  const { view, contents } = clusterOf(inventory, members)
  return readLive(inventory, view, contents)
}

/** As if another member had stood in the list of peers, or one fewer. */
const without = (address: string) => (wanted: string) => wanted.replaceAll(new RegExp(`^ *${address} #.*\\n`, 'gm'), '')

describe('who is alive', () => {
  test('who runs, and who holds', () => {
    expect(live({ lb1: { holds: [VIP] }, lb2: { running: false } })).toEqual({
      running: new Set(['lb1']),
      holders: ['lb1'],
      unlisted: new Set(),
    })
  })

  test('an address that is announced until now makes a holder too', () => {
    const announced = (wanted: string) => wanted.replaceAll(VIP, '10.0.0.99')
    expect(live({ lb1: {}, lb2: { holds: ['10.0.0.99'], wants: 'keepalived', was: announced } }).holders).toEqual([
      'lb2',
    ])
    expect(live({ lb1: {}, lb2: { holds: ['10.0.0.98'], wants: 'keepalived', was: announced } }).holders).toEqual([])
  })

  test('who does not run and is not listed by one who does', () => {
    const members = {
      lb1: { was: without('10.0.0.13'), wants: 'keepalived' },
      lb2: {},
      lb3: { running: false },
    } as const
    expect([...live(members, three).unlisted]).toEqual(['lb3'])
    expect([...live({ ...members, lb3: { running: true } }, three).unlisted]).toEqual([])
    expect([...live({ ...members, lb1: {} }, three).unlisted]).toEqual([])
  })

  test('where multicast is spoken nobody is listed, and nobody unlisted', () => {
    const multicast = inventoryOf({ third: '10.0.0.13', keepalived: '{ mode: multicast }' })
    expect([...live({ lb1: { holds: [VIP] }, lb2: {}, lb3: { running: false } }, multicast).unlisted]).toEqual([])
  })
})

describe('the way', () => {
  test('nothing to do', () => {
    expect(order({ lb1: { holds: [VIP] }, lb2: {} })).toMatchObject({
      way: 'nothing',
      members: [],
      joiners: [],
      steps: [],
    })
  })

  test('together, as long as nobody holds a VIP', () => {
    const decided = order({ lb1: { running: false, wants: 'other' }, lb2: { running: false, wants: 'keepalived' } })
    expect(decided).toMatchObject({ way: 'together', members: ['lb1', 'lb2'], holders: [] })
    expect(decided.steps).toEqual(['all at the same time: lb1, lb2 (nobody holds a VIP)'])
  })

  test('in turn, the holder last', () => {
    const decided = order(
      { lb1: { holds: [VIP], wants: 'other' }, lb2: { wants: 'other' }, lb3: { wants: 'other' } },
      three,
    )
    expect(decided).toMatchObject({ way: 'in turn', members: ['lb2', 'lb3', 'lb1'], joiners: [], holders: ['lb1'] })
    expect(decided.steps).toEqual([
      '1. lb2 (does not hold the VIP), then the VIP is verified',
      '2. lb3 (does not hold the VIP), then the VIP is verified',
      '3. lb1 (holds the VIP: last of the members), then the VIP is verified',
    ])
    expect(decided.notes).toEqual(['the VIP stays where it is'])
  })

  test('who needs nothing is left alone', () => {
    expect(order({ lb1: { holds: [VIP] }, lb2: { wants: 'other' } })).toMatchObject({
      way: 'in turn',
      members: ['lb2'],
    })
  })

  test('joiners after all who list them', () => {
    const lists = { wants: 'keepalived', was: without('10.0.0.13') } as const
    const decided = order({ lb1: { ...lists, holds: [VIP] }, lb2: lists, lb3: { running: false } }, three)
    expect(decided).toMatchObject({ way: 'in turn', members: ['lb2', 'lb1'], joiners: ['lb3'] })
    expect(decided.steps.at(-1)).toBe('3. lb3 (joins: after all others list it), then the VIP is verified')
  })

  test('a member that was stopped, and is listed, is no joiner', () => {
    expect(order({ lb1: { holds: [VIP] }, lb2: { running: false } })).toMatchObject({ members: ['lb2'], joiners: [] })
  })

  test('one that does not run, is listed by none and still has the VIP has one turn, as the holder', () => {
    const lists = { wants: 'keepalived', was: without('10.0.0.13') } as const
    const decided = order({ lb1: lists, lb2: lists, lb3: { running: false, holds: [VIP] } }, three)
    expect([...decided.members, ...decided.joiners]).toEqual(['lb1', 'lb2', 'lb3'])
  })
})

describe('the conversation', () => {
  test.each<readonly [aspect: string, was: (wanted: string) => string]>([
    ['virtual_router_id', (wanted) => wanted.replace(/virtual_router_id \d+/, 'virtual_router_id 7')],
    ['VRRP authentication', (wanted) => wanted.replace('auth_pass same', 'auth_pass other')],
    ['advert_int', (wanted) => wanted.replace(/advert_int \S+/, 'advert_int 5')],
    ['VIP list', (wanted) => wanted.replace(VIP, '10.0.0.99')],
    ['unicast/multicast', (wanted) => wanted.replace(/unicast_peer \{[^}]*\}/, '')],
    ['unicast peers', (wanted) => wanted.replace(/10\.0\.0\.1[12] #/, '10.0.0.77 #')],
  ])('%s', (aspect, was) => {
    const changes = { wants: 'keepalived', was } as const
    const decided = order({ lb1: { ...changes, holds: [VIP] }, lb2: changes })
    expect(decided).toMatchObject({ way: 'conversation', members: ['lb2', 'lb1'], holders: ['lb1'], aspects: [aspect] })
    expect(decided.steps[1]).toBe(
      `2. stop keepalived on lb2: they would not understand the holder any more (${aspect})`,
    )
    expect(decided.steps[2]).toBe('3. reload keepalived on lb1, the holder')
    expect(decided.notes[0]).toContain(aspect === 'VIP list' ? 'the VIP list changes' : 'there is no backup')
  })

  test('what is said the same is rolled in turn', () => {
    const changes = {
      wants: 'keepalived',
      was: (wanted: string) => wanted.replace(/priority \d+/, 'priority 9'),
    } as const
    expect(order({ lb1: { ...changes, holds: [VIP] }, lb2: changes }).way).toBe('in turn')
  })

  test('what one wants that does not run disturbs nobody', () => {
    const changes = {
      wants: 'keepalived',
      was: (wanted: string) => wanted.replace('auth_pass same', 'auth_pass x'),
    } as const
    expect(order({ lb1: { holds: [VIP] }, lb2: { ...changes, running: false } }).way).toBe('in turn')
  })
})

describe('notes', () => {
  const notes = (inventory: typeof two, members: Readonly<Record<string, Member>>) => order(members, inventory).notes

  test('a change on the one with the highest priority lets it take the VIP', () => {
    expect(notes(two, { lb1: { wants: 'other' }, lb2: { holds: [VIP] } })).toEqual([
      'the VIP moves from lb2 to lb1, which takes it by its higher priority: no gap is expected',
    ])
  })

  test('but not where nobody takes it from another', () => {
    const calm = inventoryOf({ keepalived: '{ preempt: false }' })
    expect(notes(calm, { lb1: { wants: 'other' }, lb2: { holds: [VIP] } })).toEqual(['the VIP stays where it is'])
  })

  test('what is not installed is planned for its usual version', () => {
    const { view, contents } = clusterOf(two, { lb1: { running: false }, lb2: { running: false } })
    const bare = { version: '2.6.12', installed: false }
    const facts = new Map(
      [...view.facts].map(([name, own]) => [name, { ...own, versions: { ...own.versions, haproxy: bare } }]),
    )
    expect(decideOrder(two, { ...view, facts }, contents).notes).toEqual([
      'haproxy is not installed on lb1: planned for 2.6.12, what this platform usually has',
      'haproxy is not installed on lb2: planned for 2.6.12, what this platform usually has',
    ])
  })
})
