import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { maskPair, unifiedDiff } from '../../src/lib/diff.ts'

const PASSWORD = [/auth_pass (\S+)/, /^stats auth \w+:(\S+)/m]

describe('unifiedDiff', () => {
  it('is empty when nothing changes', () => {
    expect(unifiedDiff('/etc/x', 'a\n', 'a\n')).toBe('')
  })

  it('shows what changes, with three lines around it', () => {
    expect(unifiedDiff('/etc/x', '1\n2\n3\n4\n5\n', '1\n2\n3\n4\n6\n')).toBe(
      '--- /etc/x\n+++ /etc/x\n@@ -2,4 +2,4 @@\n 2\n 3\n 4\n-5\n+6\n',
    )
  })

  it('shows a new file as one that comes from nowhere', () => {
    expect(unifiedDiff('/etc/x', undefined, 'a\n')).toBe('--- /dev/null\n+++ /etc/x\n@@ -0,0 +1,1 @@\n+a\n')
  })

  it('shows a new empty file too', () => {
    expect(unifiedDiff('/etc/x', undefined, '')).toBe('--- /dev/null\n+++ /etc/x\n')
  })

  it('gives up on texts that have little in common', () => {
    const lines = (letter: string) => Array.from({ length: 5000 }, (_, n) => `${letter}${n}\n`).join('')
    expect(unifiedDiff('/etc/x', lines('a'), lines('b'))).toContain('more than 2000 lines differ')
  })
})

describe('maskPair', () => {
  it('masks one secret without a number', () => {
    const pair = maskPair('auth_pass hunter22\n', 'x\nauth_pass hunter22\n', PASSWORD)
    expect(pair).toEqual({ before: 'auth_pass ‹secret›\n', after: 'x\nauth_pass ‹secret›\n' })
  })

  it('shows that a secret changed, and neither of the two', () => {
    const { before, after } = maskPair('auth_pass old-one\n', 'auth_pass new-one\n', PASSWORD)
    expect(unifiedDiff('/k', before, after)).toContain('-auth_pass ‹secret 1›\n+auth_pass ‹secret 2›\n')
  })

  it('numbers the same secret alike in both texts', () => {
    const before = 'auth_pass first\nstats auth admin:second\n'
    const after = 'stats auth admin:second\nauth_pass third\n'
    expect(maskPair(before, after, PASSWORD)).toEqual({
      before: 'auth_pass ‹secret 1›\nstats auth admin:‹secret 2›\n',
      after: 'stats auth admin:‹secret 2›\nauth_pass ‹secret 3›\n',
    })
  })

  it('masks a caught secret where no pattern finds it', () => {
    const { before } = maskPair('# was: hunter22\nauth_pass hunter22\n', '', PASSWORD)
    expect(before).toBe('# was: ‹secret›\nauth_pass ‹secret›\n')
  })

  it('masks a short secret only where a pattern finds it', () => {
    expect(maskPair('port 42\nauth_pass 42\n', '', PASSWORD).before).toBe('port 42\nauth_pass ‹secret›\n')
  })

  it('leaves a file that is not there away', () => {
    expect(maskPair(undefined, 'auth_pass hunter22\n', PASSWORD)).toEqual({
      before: undefined,
      after: 'auth_pass ‹secret›\n',
    })
  })

  it('is not disturbed by flags or state of a pattern', () => {
    const pattern = /auth_pass (\S+)/gy
    pattern.lastIndex = 7
    expect(maskPair('', ' auth_pass aaaa\nauth_pass bbbb', [pattern]).after).toBe(
      ' auth_pass ‹secret 1›\nauth_pass ‹secret 2›',
    )
  })

  it('never shows a caught secret, however secrets overlap', () => {
    const secret = fc.stringMatching(/^[ab]{4,8}$/)
    fc.assert(
      fc.property(fc.array(secret, { minLength: 1 }), fc.stringMatching(/^[ab\n]{0,40}$/), (secrets, noise) => {
        const text = `${noise}\n${secrets.map((value) => `auth_pass ${value}\n`).join(noise)}`
        const { before, after } = maskPair(text, noise, PASSWORD)
        for (const value of secrets) expect(before + after).not.toContain(value)
      }),
    )
  })
})
