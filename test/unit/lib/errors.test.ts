import { describe, expect, test } from 'vitest'
import { ForwardError } from '../../../src/connection/forward-error.ts'
import {
  asHaError,
  ConnectionLostError,
  graver,
  HaError,
  HostError,
  InterruptedError,
  ManyErrors,
  oneError,
  UnreachableError,
  VerificationError,
} from '../../../src/lib/errors.ts'

describe('describe', () => {
  test('says what, where and what to do', () => {
    const error = new HostError('no room', { where: 'lb1', mend: 'make some' })
    expect(error.describe()).toBe('lb1: no room\n  → make some')
  })

  test('leaves away what is not known', () => {
    expect(new HaError('no room').describe()).toBe('no room')
    expect(new HaError('no room', { where: 'lb1' }).describe()).toBe('lb1: no room')
    expect(new HaError('no room', { mend: 'make some' }).describe()).toBe('no room\n  → make some')
  })
})

test.each([
  [new HaError('x'), 1, 'HaError'],
  [new HostError('x'), 1, 'HostError'],
  [new ForwardError('failed', 'x'), 1, 'ForwardError'],
  [new UnreachableError('x'), 4, 'UnreachableError'],
  [new ConnectionLostError('x'), 4, 'ConnectionLostError'],
  [new VerificationError('x'), 3, 'VerificationError'],
  [new InterruptedError('x'), 130, 'InterruptedError'],
] as const)('%s ends the process with %d', (error, exitCode, name) => {
  expect(error.exitCode).toBe(exitCode)
  expect(error.name).toBe(name)
})

describe('many errors', () => {
  const several = [new HostError('a', { where: 'lb1' }), new UnreachableError('b', { where: 'lb2' })]

  test('shows all of them', () => {
    expect(new ManyErrors(several).describe()).toBe('lb1: a\nlb2: b')
    expect(new ManyErrors(several).message).toBe('2 errors')
  })

  test('ends with the gravest code', () => {
    expect(new ManyErrors(several).exitCode).toBe(1)
    expect(new ManyErrors([new VerificationError('a'), new UnreachableError('b')]).exitCode).toBe(4)
    expect(new ManyErrors([new HostError('a'), new HostError('b')]).exitCode).toBe(1)
    expect(new ManyErrors([...several, new InterruptedError('c')]).exitCode).toBe(130)
  })

  test('one error stays what it is', () => {
    const [first] = several
    expect(oneError(several.slice(0, 1))).toBe(first)
    expect(oneError(several)).toBeInstanceOf(ManyErrors)
  })
})

test('exit codes from the mildest to the gravest', () => {
  const codes = [0, 2, 3, 4, 1, 130]
  for (const [at, code] of codes.entries()) {
    for (const milder of codes.slice(0, at + 1)) {
      expect(graver(code, milder)).toBe(code)
      expect(graver(milder, code)).toBe(code)
    }
  }
})

describe('whatever was thrown', () => {
  test('an error of ours stays as it is', () => {
    const error = new UnreachableError('gone', { where: 'lb1' })
    expect(asHaError(error, 'lb2')).toBe(error)
  })

  test('an error of others keeps its message and itself as the cause', () => {
    const cause = new TypeError('x is not a function')
    const error = asHaError(cause, 'lb1')
    expect(error.describe()).toBe('lb1: x is not a function')
    expect(error.cause).toBe(cause)
    expect(error.exitCode).toBe(1)
  })

  test.each([
    ['text', 'text'],
    [undefined, 'undefined'],
    [7, '7'],
  ])('%j becomes words', (thrown, message) => {
    expect(asHaError(thrown).describe()).toBe(message)
  })
})
