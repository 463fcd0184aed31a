import { readFileSync } from 'node:fs'
import { fc, test } from '@fast-check/vitest'
import { expect } from 'vitest'
import { parseInventory } from '../../../src/inventory/parse.ts'
import { placeholders } from './environment.ts'

/** Both examples, with everything switched on. */
const examples = ['example.yaml', 'example-pacemaker.yaml'].map((file) =>
  readFileSync(new URL(`../../../inventories/${file}`, import.meta.url), 'utf8')
    .split('\n')
    .map((line) => line.replace(/^( *)#(?=[a-z_-]+:)/, '$1')),
)

/** A line lost, cut short, given another value, or moved to another depth. */
const damage = fc.record({
  line: fc.nat(Math.max(...examples.map((lines) => lines.length)) - 1),
  kind: fc.constantFrom('drop', 'cut', 'value', 'indent'),
  at: fc.nat(60),
  value: fc.constantFrom(
    '',
    '[]',
    '{}',
    '-1',
    '"x"',
    'null',
    '!!binary x',
    '*a',
    '{ env: X }',
    '[[1]]',
    '99999999999',
    '"a\\nb"',
    '::',
    '":"',
  ),
})

function damaged(
  lines: readonly string[],
  changes: readonly { line: number; kind: string; at: number; value: string }[],
): string {
  const copy = [...lines]
  for (const { line: any, kind, at, value } of changes) {
    const line = any % lines.length
    const text = copy[line] ?? ''
    if (kind === 'drop') copy[line] = ''
    if (kind === 'cut') copy[line] = text.slice(0, at)
    if (kind === 'value') copy[line] = text.replace(/:.*$/, `: ${value}`)
    if (kind === 'indent') copy[line] = `  ${text}`
  }
  return copy.join('\n')
}

test.prop([fc.constantFrom(...examples), fc.array(damage, { minLength: 1, maxLength: 4 })], { numRuns: 500 })(
  'whatever is wrong is a problem with a place, a cause and a mend, never an exception',
  (lines, changes) => {
    const { inventory, problems } = parseInventory(damaged(lines, changes), 'i.yaml', placeholders)
    expect(inventory === undefined).toBe(problems.some(({ severity }) => severity === 'error'))
    for (const { line, column, message, mend } of problems) {
      expect(line).toBeGreaterThan(0)
      expect(column).toBeGreaterThan(0)
      expect(message).not.toBe('')
      expect(mend).not.toBe('')
      expect(mend).not.toMatch(/undefined|\[object/)
    }
  },
)
