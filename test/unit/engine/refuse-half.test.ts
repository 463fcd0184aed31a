import { describe, expect, test } from 'vitest'
import { decideOrder } from '../../../src/engine/order.ts'
import { refuseHalf } from '../../../src/engine/refuse-half.ts'
import { inventoryOf } from '../support/inventory.ts'
import { clusterOf, type Member } from './cluster.ts'
import { runOf } from './run-of.ts'

const three = inventoryOf({ third: '10.0.0.13' })
const ALL = ['lb1', 'lb2', 'lb3']
const HOLDS = { holds: ['10.0.0.100'] } as const

/** What is refused of a change of these members with this limit; undefined when it may be done. */
function refused(members: Readonly<Record<string, Member>>, limit: readonly string[]): string | undefined {
  const { view, contents } = clusterOf(three, members)
  const order = decideOrder(three, view, contents)
  try {
    refuseHalf(runOf(three, { limit: new Set(limit) }), view, order)
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

const other = (from: string, to: string): Member => ({
  wants: 'keepalived',
  was: (wanted) => wanted.replaceAll(from, to),
})

describe('what members say to each other changes', () => {
  const changed = other('auth_pass same', 'auth_pass other')
  const all = { lb1: { ...changed, ...HOLDS }, lb2: changed, lb3: changed }

  test('on all of them: it may', () => {
    expect(refused(all, ALL)).toBeUndefined()
  })

  test('on some: it may not, and who is left out is named', () => {
    expect(refused(all, ['lb1'])).toBe(
      'what members say to each other changes (VRRP authentication), and --limit leaves lb2, lb3 out: they would no longer understand each other',
    )
  })

  test('where those left out have nothing to do it may', () => {
    expect(refused({ ...all, lb3: {} }, ['lb1', 'lb2'])).toBeUndefined()
  })

  test('where one left out is out of sight it may not: it may run with anything', () => {
    expect(refused({ lb1: all.lb1, lb2: changed }, ['lb1', 'lb2'])).toContain('leaves lb3 out')
  })

  test('where one left out would have to be stopped it may not', () => {
    const alone: Member = {
      wants: 'keepalived',
      was: (wanted) => wanted.replace('auth_pass same', 'auth_pass other').replace(/^ *10\.0\.0\.13 #.*\n/m, ''),
    }
    expect(refused({ lb1: { ...alone, ...HOLDS }, lb2: alone, lb3: {} }, ['lb1', 'lb2'])).toContain('leaves lb3 out')
  })
})

describe('one joins', () => {
  const lists: Member = { wants: 'keepalived', was: (wanted) => wanted.replace(/^ *10\.0\.0\.13 #.*\n/m, '') }
  const all = { lb1: { ...lists, ...HOLDS }, lb2: lists, lb3: { running: false } }

  test('with all of them: it may', () => {
    expect(refused(all, ALL)).toBeUndefined()
  })

  test('alone, or without one who does not list it yet: it may not', () => {
    expect(refused(all, ['lb3'])).toBe(
      'lb3 would join while lb1, lb2, which --limit leaves out, does not list it: it would be a second holder',
    )
    expect(refused(all, ['lb1', 'lb3'])).toContain('lb3 would join while lb2, which')
  })

  test('without one that has only something else to do: it may', () => {
    expect(refused({ ...all, lb2: { wants: 'other' } }, ['lb1', 'lb3'])).toBeUndefined()
  })

  test('and one left out is out of sight: it may not', () => {
    expect(refused({ lb1: all.lb1, lb3: all.lb3 }, ['lb1', 'lb3'])).toContain('lb3 would join while lb2, which')
  })

  test('those who list it may go first', () => {
    expect(refused(all, ['lb1'])).toBeUndefined()
    expect(refused(all, ['lb1', 'lb2'])).toBeUndefined()
  })
})

test('what is rolled in turn may be done on some', () => {
  const wants = { wants: 'other' } as const
  expect(refused({ lb1: { ...wants, ...HOLDS }, lb2: wants, lb3: wants }, ['lb2'])).toBeUndefined()
  expect(refused({ lb1: { ...wants, ...HOLDS } }, ['lb1'])).toBeUndefined()
})
