import { expect, test } from 'vitest'
import { AFTER_LOSS, persist } from '../../../src/connection/patience.ts'
import { NotReachedError } from '../../../src/connection/reach-errors.ts'

test('nothing is tried again when nobody waits for it any more, and the last error tells why', async () => {
  const over = new AbortController()
  let attempts = 0
  const attempt = async (): Promise<never> => {
    attempts += 1
    setTimeout(() => {
      over.abort()
    }, 10)
    return await Promise.reject(new NotReachedError('nobody is there'))
  }
  await expect(persist(attempt, AFTER_LOSS, over.signal)).rejects.toThrow('nobody is there')
  expect(attempts).toBe(1)
})

test('what an attempt waited for its turn is not taken off the time', async () => {
  const patience = { seconds: 0, again: (): boolean => true }
  const { signal } = new AbortController()
  let attempts = 0
  const busy = async (): Promise<never> => {
    attempts += 1
    return await Promise.reject(new NotReachedError('it is busy'))
  }
  await expect(persist(busy, patience, signal)).rejects.toThrow('it is busy')
  expect(attempts).toBe(1)
  const inTurn = persist(
    async (waited) => {
      if (attempts === 2) return 'in'
      waited(10_000)
      return await busy()
    },
    patience,
    signal,
  )
  expect(await inTurn).toBe('in')
})
