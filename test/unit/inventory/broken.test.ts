import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { RULES } from '../../../src/inventory/rules/rules.ts'
import { parseInventory } from '../../../src/inventory/parse.ts'
import { renderProblem } from '../../../src/lib/problem.ts'
import { environment } from './environment.ts'

/*
 * A case is an inventory with something wrong in it, and beside it what an operator is told. For a new case write the
 * inventory and run this test with -u; then read what was written.
 */
const folder = new URL('../../broken/', import.meta.url)
const cases = readdirSync(folder).filter((file) => file.endsWith('.yaml'))
const variables = {
  VRRP_PASS: 'k8s-vip1',
  LONG_PASS: 'much-too-long-for-vrrp',
  QUOTED_PASS: 'a"b',
  SHORT_KEY: 'bXVjaC10b28tc2hvcnQ=',
}

describe('broken inventories', () => {
  test.each(cases)('%s', async (file) => {
    const { problems, inventory } = parseInventory(
      readFileSync(new URL(file, folder), 'utf8'),
      file,
      environment(variables),
    )
    const lines = problems.map((problem) => `${renderProblem(problem)}\n`).join('')
    await expect(lines).toMatchFileSnapshot(new URL(file.replace(/\.yaml$/, '.expected'), folder).pathname)
    expect(problems.length).toBeGreaterThan(0)
    expect(inventory === undefined).toBe(problems.some((problem) => problem.severity === 'error'))
    expect(lines).not.toMatch(/hunter|much-too-long|bXVjaC10|aHVudGVy/)
  })

  test('each has what is expected beside it', () => {
    const expected = readdirSync(folder).filter((file) => file.endsWith('.expected'))
    expect(expected.toSorted()).toEqual(cases.map((file) => file.replace(/\.yaml$/, '.expected')).toSorted())
  })

  test('every rule has a case that it objects to', () => {
    const met = cases.flatMap((file) => {
      const { problems } = parseInventory(readFileSync(new URL(file, folder), 'utf8'), file, environment(variables))
      return problems.map((problem) => problem.rule)
    })
    expect(Object.keys(RULES).filter((rule) => !met.includes(rule))).toEqual([])
  })
})
