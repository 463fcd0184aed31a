import fc from 'fast-check'
import { format, inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import { HostError, oneError } from '../../../src/lib/errors.ts'
import { MASK, Secret, Text, text } from '../../../src/lib/secret.ts'

const secret = new Secret('hunter22')
const line = text`stats auth admin:${secret} # ${1}`

/** Every way in which a value comes to be shown by accident. */
const shown: readonly (readonly [way: string, show: (value: Secret | Text) => string])[] = [
  ['template', (value) => `a ${String(value)}`],
  ['concatenation', (value) => 'a ' + value.toString()],
  ['JSON', (value) => JSON.stringify({ deep: [{ value }] })],
  ['inspect', (value) => inspect({ deep: [{ value }] }, { depth: 9, showHidden: true })],
  ['format', (value) => format('%s %o %O %j', value, value, value, value)],
  ['error message', (value) => new Error(String(value)).message],
  [
    'described error',
    (value) => new HostError(`refused: ${String(value)}`, { where: String(value), cause: value }).describe(),
  ],
  ['inspected cause', (value) => inspect(new HostError('refused', { cause: value }), { depth: 9 })],
  ['many errors', (value) => oneError([new HostError(String(value)), new HostError('b')]).describe()],
  ['array', (value) => String([value])],
  ['keys and values', (value) => JSON.stringify([Object.keys(value), Object.values(value)])],
]

test.each(shown)('%s shows no secret', (_, show) => {
  expect(show(secret)).not.toContain('hunter22')
  expect(show(line)).not.toContain('hunter22')
})

test('the mask stands where the secret would', () => {
  expect(String(secret)).toBe(MASK)
  expect(JSON.stringify([secret, line])).toBe(`["${MASK}","stats auth admin:${MASK} # 1"]`)
  expect(inspect(secret)).toBe(MASK)
  expect(String(line)).toBe(`stats auth admin:${MASK} # 1`)
})

test('it cannot be cloned out of its hiding', () => {
  const clone: unknown = structuredClone(secret)
  expect(JSON.stringify(clone)).toBe('{}')
})

test('only reveal gives it', () => {
  expect(secret.reveal()).toBe('hunter22')
  expect(line.reveal()).toBe('stats auth admin:hunter22 # 1')
})

describe('Text', () => {
  test('map changes every part, and what was secret stays so', () => {
    const shouted = line.map((part) => part.toUpperCase())
    expect(shouted.reveal()).toBe('STATS AUTH ADMIN:HUNTER22 # 1')
    expect(shouted.masked).toBe(`STATS AUTH ADMIN:${MASK} # 1`)
    expect(shouted.secrets.map((one) => one.reveal())).toEqual(['HUNTER22'])
  })

  test('join keeps secrets of texts, secrets and strings apart', () => {
    const joined = Text.join(['a', secret, text`b${new Secret('other')}c`], '-')
    expect(joined.reveal()).toBe('a-hunter22-botherc')
    expect(joined.masked).toBe(`a-${MASK}-b${MASK}c`)
    expect(joined.secrets.map((one) => one.reveal())).toEqual(['hunter22', 'other'])
  })

  test('nothing joined is empty', () => {
    expect(Text.join([], ', ').reveal()).toBe('')
    expect(Text.join(['', ''], ',').reveal()).toBe(',')
  })

  test('a tag takes texts within texts, numbers and undecorated strings', () => {
    const inner = text`auth_pass ${secret}`
    expect(text`{ ${inner} } ${0} ${''}.`.reveal()).toBe('{ auth_pass hunter22 } 0 .')
    expect(text`{ ${inner} }`.masked).toBe(`{ auth_pass ${MASK} }`)
  })

  test('a text without secrets is itself', () => {
    expect(text`plain ${'words'}`.masked).toBe('plain words')
    expect(text`plain`.secrets).toEqual([])
  })

  test('reveal is what was put in, masked what was put in without secrets', () => {
    const part = fc.oneof(
      fc.string().map((value) => ({ value, hidden: false })),
      fc.string().map((value) => ({ value, hidden: true })),
    )
    fc.assert(
      fc.property(fc.array(part), (parts) => {
        const built = new Text(parts.map(({ value, hidden }) => (hidden ? new Secret(value) : value)))
        expect(built.reveal()).toBe(parts.map(({ value }) => value).join(''))
        expect(built.masked).toBe(parts.map(({ value, hidden }) => (hidden ? MASK : value)).join(''))
      }),
    )
  })
})
