import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Trials } from '../../../src/connection/credentials/trials.ts'
import { Secret } from '../../../src/lib/secret.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

/** Hosts that come one after the other, and in which order each gets its turn. */
function hosts(trials: Trials, ...names: readonly string[]) {
  const order: string[] = []
  const turns = names.map(async (name) => {
    const turn = await trials.enter('ops', new Secret('pw'), name)
    order.push('refusedBy' in turn ? `${name}: refused by ${turn.refusedBy}` : name)
    return turn
  })
  const turnOf = async (index: number) => {
    const turn = await turns[index]
    if (turn === undefined || 'refusedBy' in turn) throw new Error('no turn')
    return turn
  }
  return { order, turnOf, all: Promise.all(turns) }
}

test('one tries alone; when it was right, the others go at once', async () => {
  const { order, turnOf, all } = hosts(new Trials(), 'a', 'b', 'c')
  const first = await turnOf(0)
  await vi.advanceTimersByTimeAsync(1000)
  expect(order).toEqual(['a'])
  first.accepted()
  await all
  expect(order).toEqual(['a', 'b', 'c'])
})

test('when it was wrong, the others are told by whom, also those that come later', async () => {
  const trials = new Trials()
  const { order, turnOf, all } = hosts(trials, 'a', 'b')
  ;(await turnOf(0)).refused()
  await all
  expect(order).toEqual(['a', 'b: refused by a'])
  expect(await trials.enter('ops', new Secret('pw'), 'c')).toEqual({ refusedBy: 'a' })
})

test('one that ends without an answer hands the trial on', async () => {
  const { order, turnOf, all } = hosts(new Trials(), 'a', 'b', 'c')
  ;(await turnOf(0)).left()
  ;(await turnOf(1)).refused()
  await all
  expect(order).toEqual(['a', 'b', 'c: refused by b'])
})

test('one that hangs holds the others up for a while only; what it says later still counts', async () => {
  const trials = new Trials()
  const { order, turnOf } = hosts(trials, 'a', 'b', 'c')
  const first = await turnOf(0)
  await vi.advanceTimersByTimeAsync(14_000)
  expect(order).toEqual(['a'])
  await vi.advanceTimersByTimeAsync(2000)
  expect(order).toEqual(['a', 'b'])
  first.refused()
  ;(await turnOf(1)).left()
  await vi.advanceTimersByTimeAsync(0)
  expect(order).toEqual(['a', 'b', 'c: refused by a'])
})

test('other passwords and other users are other trials', async () => {
  const trials = new Trials()
  const turn = await trials.enter('ops', new Secret('pw'), 'a')
  if (!('refusedBy' in turn)) turn.refused()
  expect(await trials.enter('ops', new Secret('other'), 'b')).not.toHaveProperty('refusedBy')
  expect(await trials.enter('root', new Secret('pw'), 'b')).not.toHaveProperty('refusedBy')
})
