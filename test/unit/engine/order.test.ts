import { describe, expect, test } from 'vitest'
import { readLive } from '../../../src/engine/live.ts'
import { decideOrder } from '../../../src/engine/order.ts'
import { Secret } from '../../../src/lib/secret.ts'
import { inventoryOf } from '../support/inventory.ts'
import { clusterOf, CONFIG, type Member } from './cluster.ts'

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
      vips: new Set([VIP]),
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

  test('who runs and is listed by none who runs', () => {
    const lists = { was: without('10.0.0.13'), wants: 'keepalived' } as const
    expect([...live({ lb1: lists, lb2: lists, lb3: {} }, three).unlisted]).toEqual(['lb3'])
    expect([...live({ lb1: lists, lb2: {}, lb3: {} }, three).unlisted]).toEqual([])
    expect([...live({ lb1: lists, lb2: { running: false }, lb3: {} }, three).unlisted]).toEqual(['lb3'])
  })

  test('a member alone needs nobody who lists it', () => {
    expect([...live({ lb1: { was: without('10.0.0.12'), wants: 'keepalived' } }, three).unlisted]).toEqual(['lb2'])
    expect([...live({ lb1: {}, lb2: { running: false } }).unlisted]).toEqual([])
    expect([...live({ lb1: { running: false }, lb2: { running: false } }).unlisted]).toEqual([])
  })

  test('where nobody who runs is listed everything changed at once: there are no strangers, only joiners', () => {
    const moved = {
      was: (wanted: string) => wanted.replaceAll(/10\.0\.0\.1[123] #/g, '10.0.9.9 #'),
      wants: 'keepalived',
    } as const
    expect([...live({ lb1: moved, lb2: moved, lb3: moved }, three).unlisted]).toEqual([])
    expect([...live({ lb1: moved, lb2: moved, lb3: { running: false } }, three).unlisted]).toEqual(['lb3'])
  })

  test('a run that was killed in a reload leaves two configurations, and both count', () => {
    const { view, contents } = clusterOf(two, { lb1: { wants: 'keepalived', holds: ['10.0.0.99'] }, lb2: {} })
    const now = contents.get('lb1')?.get(CONFIG)?.now
    const before = new Secret(now?.reveal().replaceAll(VIP, '10.0.0.99') ?? '')
    const both = new Map([...contents, ['lb1', new Map([[CONFIG, { now, running: before }]])]])
    const seen = readLive(two, view, both)
    expect([seen.vips, seen.holders]).toEqual([new Set([VIP, '10.0.0.99']), ['lb1']])
    expect(decideOrder(two, view, both)).toMatchObject({ way: 'conversation', aspects: ['VIP list'] })
  })

  test('an IPv6 member is listed however its address is written', () => {
    const six = inventoryOf({ first: '2001:DB8:0::11', second: '2001:DB8:0::12', vip: '2001:DB8:0::100' })
    expect([...live({ lb1: {}, lb2: { running: false } }, six).unlisted]).toEqual([])
    expect([...live({ lb1: {}, lb2: {} }, six).unlisted]).toEqual([])
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

  test('together, where keepalived runs nowhere', () => {
    const decided = order({ lb1: { running: false, wants: 'other' }, lb2: { running: false, wants: 'keepalived' } })
    expect(decided).toMatchObject({ way: 'together', members: ['lb1', 'lb2'], holders: [] })
    expect(decided.steps).toEqual(['all at the same time: lb1, lb2 (keepalived runs nowhere)'])
  })

  test('in turn where keepalived runs somewhere, though nobody holds a VIP: it may be the moment of an election', () => {
    expect(order({ lb1: { wants: 'other' }, lb2: { wants: 'other' } })).toMatchObject({
      way: 'in turn',
      members: ['lb1', 'lb2'],
      holders: [],
    })
    expect(order({ lb1: {}, lb2: { running: false } })).toMatchObject({ way: 'in turn', members: ['lb2'], holders: [] })
  })

  test('in turn, the holder last', () => {
    const decided = order(
      { lb1: { holds: [VIP], wants: 'other' }, lb2: { wants: 'other' }, lb3: { wants: 'other' } },
      three,
    )
    expect(decided).toMatchObject({ way: 'in turn', members: ['lb2', 'lb3', 'lb1'], joiners: [], holders: ['lb1'] })
    expect(decided.steps).toEqual([
      'lb2 (does not hold the VIP), then the VIP is verified',
      'lb3 (does not hold the VIP), then the VIP is verified',
      'lb1 (holds the VIP: last of the members), then the VIP is verified',
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
    expect(decided.steps.at(-1)).toBe('lb3 (joins: after all others list it), then the VIP is verified')
  })

  test('one that runs though nobody listens to it is stopped first, and started last', () => {
    const lists = { wants: 'keepalived', was: without('10.0.0.13') } as const
    const decided = order({ lb1: { ...lists, holds: [VIP] }, lb2: lists, lb3: { wants: 'other' } }, three)
    expect(decided).toMatchObject({
      way: 'in turn',
      members: ['lb2', 'lb1'],
      joiners: ['lb3'],
      strangers: ['lb3'],
    })
    expect(decided.steps).toEqual([
      'stop keepalived on lb3, which no other member listens to',
      'lb2 (does not hold the VIP), then the VIP is verified',
      'lb1 (holds the VIP: last of the members), then the VIP is verified',
      'lb3 (joins: after all others list it), then the VIP is verified',
    ])
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
    expect(decided.steps).toEqual([
      'everything else, one member at a time: lb2, lb1',
      "write keepalived's configuration on all of them",
      `stop keepalived on lb2: they would not understand the holder any more (${aspect})`,
      'reload keepalived on lb1, the holder',
      'start keepalived on lb2, then the VIP is verified',
    ])
    const notes: Record<string, string> = {
      'VIP list': 'the VIP list changes',
      virtual_router_id: 'the VIP is away for about 4 s',
    }
    expect(decided.notes[0]).toContain(notes[aspect] ?? 'there is no backup')
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
