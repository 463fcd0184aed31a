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
