import { describe, expect, test } from 'vitest'
import { InputError, renderProblem, type Problem } from '../../../src/lib/problem.ts'

const problem: Problem = {
  severity: 'error',
  rule: 'weight-too-small',
  file: 'lab.yaml',
  line: 12,
  column: 5,
  path: 'keepalived.check.weight',
  message: 'the weight moves nothing',
  mend: 'make it -2 or less',
}

test('a problem says where, what and how to mend it', () => {
  expect(renderProblem(problem)).toBe(
    'lab.yaml:12:5 keepalived.check.weight: the weight moves nothing; make it -2 or less',
  )
})

test('a warning says that it is one', () => {
  expect(renderProblem({ ...problem, severity: 'warning' })).toContain(': warning: the weight moves nothing')
})

test('a problem of the whole file has no path', () => {
  expect(renderProblem({ ...problem, line: 1, column: 1, path: '' })).toMatch(/^lab\.yaml:1:1: the weight/)
})

describe('an input error', () => {
  test('shows every problem, a line each, in their order', () => {
    const other = { ...problem, line: 13, message: 'second' }
    expect(new InputError([problem, other]).describe().split('\n')).toEqual([problem, other].map(renderProblem))
  })

  test('counts them and is bad input', () => {
    expect(new InputError([problem]).message).toBe('1 problem in the input')
    expect(new InputError([problem, problem]).message).toBe('2 problems in the input')
    expect(new InputError([problem]).exitCode).toBe(1)
  })
})
