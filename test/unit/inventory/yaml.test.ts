import { describe, expect, test } from 'vitest'
import { editDistance, suggest } from '../../../src/lib/suggest.ts'
import { readYaml } from '../../../src/lib/yaml.ts'
import { renderPath } from '../../../src/lib/yaml-path.ts'

const TEXT = `a: 1
list:
  - x
  - { y: 2 }
map:
  inner:
    deep: yes
flow: { one: [10, 20] }
base: &base
  k: v
alias: *base
`

describe('positions', () => {
  const source = readYaml(TEXT)
  test.each([
    { path: ['a'], line: 1, column: 4 },
    { path: ['list', 0], line: 3, column: 5 },
    { path: ['list', 1, 'y'], line: 4, column: 10 },
    { path: ['map', 'inner'], line: 6, column: 3 },
    { path: ['map', 'inner', 'deep'], line: 7, column: 11 },
    { path: ['flow', 'one', 1], line: 8, column: 19 },
    { path: ['alias', 'k'], line: 10, column: 6 },
  ])('of $path', ({ path, line, column }) => {
    expect(source.position(path)).toEqual({ line, column })
  })

  test('of what is absent: the nearest thing around it', () => {
    expect(source.position(['map', 'inner', 'other', 'more'])).toEqual({ line: 6, column: 3 })
    expect(source.position(['nothing'])).toEqual({ line: 1, column: 1 })
  })

  test('of a key', () => {
    expect(source.position(['map', 'inner', 'deep'], 'key')).toEqual({ line: 7, column: 5 })
  })
})

test('an alias bomb is a fault, not an exception', () => {
  const levels = Array.from({ length: 12 }, (_, index) => {
    const items =
      index === 0
        ? 'x'
        : Array(9)
            .fill(`*l${index - 1}`)
            .join(', ')
    return `l${index}: &l${index} [${items}]`
  })
  const { value, faults } = readYaml(levels.join('\n'))
  expect(value).toBeUndefined()
  expect(faults.map((fault) => fault.rule)).toEqual(['yaml-alias'])
})

test.each([
  '{',
  '- [',
  'a: "',
  '? [a]\n: b',
  '__proto__: { x: 1 }',
  '%YAML 9\n---\n*a',
  '\u0000',
  'a: !!binary x',
  '&a [*a]',
])('%j does not throw', (text) => {
  expect(() => readYaml(text)).not.toThrow()
})

test('a path shows what would disturb a terminal as an escape', () => {
  expect(renderPath(['a', 0, 'b', '\u001b[2J'])).toBe('a[0].b."\\u001b[2J"')
})

describe('suggestions', () => {
  test.each([
    ['wieght', 'weight'],
    ['virtual-router-id', 'virtual_router_id'],
    ['intervall', 'interval'],
    ['xyz', undefined],
    ['', undefined],
  ])('%s', (word, expected) => {
    expect(suggest(word, ['weight', 'interval', 'virtual_router_id', 'port'])).toBe(expected)
  })

  test.each([
    ['', 'abc', 3],
    ['ca', 'ac', 1],
    ['kitten', 'sitting', 3],
    ['same', 'same', 0],
  ])('%s → %s: %i', (a, b, distance) => {
    expect(editDistance(a, b)).toBe(distance)
  })
})
