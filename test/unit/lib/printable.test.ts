import { expect, test } from 'vitest'
import { formatDuration, parseDuration } from '../../../src/lib/duration.ts'
import { printable } from '../../../src/lib/printable.ts'

test.each([
  ['plain, é and 漢 stay', 'plain, é and 漢 stay'],
  ['a\tb\nc', 'a\tb\nc'],
  ['\u001b[2J', '\\x1b[2J'],
  ['a\rb', 'a\\x0db'],
  ['\u0000\u007f\u0085', '\\x00\\x7f\\x85'],
  ['\u202eabc', '\\u{202e}abc'],
  ['a\u200bb', 'a\\u{200b}b'],
])('%j is shown as %s', (text, shown) => {
  expect(printable(text)).toBe(shown)
})

test.each([
  ['500ms', 500],
  ['3s', 3000],
  ['5m', 300_000],
  ['4h', 14_400_000],
  ['1d', 86_400_000],
  ['0s', 0],
])('%s is a duration and is written so again', (text, milliseconds) => {
  expect(parseDuration(text)).toBe(milliseconds)
  expect(formatDuration(milliseconds)).toBe(text)
})

test.each(['3', 's', '-1s', '1.5s', '3 s', '3S', '1s2', '', '1234567890s'])('%j is no duration', (text) => {
  expect(parseDuration(text)).toBeUndefined()
})

test('a duration is written in the largest unit that leaves a whole number', () => {
  expect(formatDuration(90_000)).toBe('90s')
  expect(formatDuration(1500)).toBe('1500ms')
  expect(formatDuration(7_200_000)).toBe('2h')
})
