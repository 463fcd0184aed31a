import { describe, expect, it } from 'vitest'
import { type Look, mostAtOnce } from '../integration/support/holder-watch.ts'

/** A look each tenth of a second from `from` on: `1` where the address was held. */
function looks(from: number, held: string): readonly Look[] {
  return held.split('').map((one, index) => ({
    before: from + index * 0.1,
    after: from + index * 0.1 + 0.02,
    held: one === '1',
  }))
}

describe('holders at one moment', () => {
  it.each([
    ['nobody holds it', '0000', '0000', 0],
    ['one holds it', '1111', '0000', 1],
    ['it moves between two looks', '1100', '0011', 1],
    ['it moves, and the looks of a moment say both', '1110', '0011', 1],
    ['both hold it for longer than a look', '1111', '0010', 2],
  ])('%s', (_, first, second, most) => {
    expect(mostAtOnce([looks(0, first), looks(0.05, second)])).toBe(most)
  })

  it('takes nothing for known of a host that was not asked for a while', () => {
    const [first, last] = [looks(0, '1'), looks(9, '1')]
    expect(mostAtOnce([[...first, ...last], looks(5, '1')])).toBe(1)
  })
})
