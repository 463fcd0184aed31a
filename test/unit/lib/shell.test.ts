import fc from 'fast-check'
import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { quote, words } from '../../../src/lib/shell.ts'
import { runShell, sh, shells, type Shell } from '../support/shells.ts'

/** Every byte but NUL, as characters that node sends as one byte each. */
const everyByte = String.fromCharCode(...Array.from({ length: 255 }, (_, index) => index + 1))

/** Said back by the shell, byte for byte. */
function saidBack({ program, args }: Shell, script: string): string {
  return execFileSync(program, args, { input: Buffer.from(script, 'latin1'), encoding: 'latin1' })
}

test.each(shells)('$name gives back every byte but NUL', (shell) => {
  expect(saidBack(shell, `printf %s ${quote(everyByte)}`)).toBe(everyByte)
})

test.each(shells)('$name gives back any words as they are, one argument each', (shell) => {
  const byte = fc.integer({ min: 1, max: 255 }).map((code) => String.fromCharCode(code))
  const nasty = fc.constantFrom("'", '"', '\\', '$', '`', '\n', ' ', '*', '~', '!', '-', '#', '=')
  const word = fc.string({ unit: fc.oneof(byte, nasty), maxLength: 40 })
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 5 }), (list) => {
      expect(saidBack(shell, `printf '%s\\001-\\001' ${words(...list)}`)).toBe(
        list.map((one) => `${one}\u0001-\u0001`).join(''),
      )
    }),
    { numRuns: 60 },
  )
})

test('an empty word stays a word', async () => {
  expect((await runShell(sh, `set -- ${words('', 'a', '')}; echo $#`)).stdout).toBe('3\n')
})

test('what needs no quotes has none, so that scripts stay readable', () => {
  expect(words('haproxy', '-c', '-f', '/etc/haproxy/haproxy.cfg', 'a@b:c,d=e%f+g')).toBe(
    'haproxy -c -f /etc/haproxy/haproxy.cfg a@b:c,d=e%f+g',
  )
})

test.each(['~', '~root', 'a b', '*', '', 'a\n', '$HOME', 'a;b', 'é'])('%j is quoted', (word) => {
  expect(quote(word)).toBe(`'${word}'`)
})
