import { describe, expect, test } from 'vitest'
import { apt } from '../../../src/platform/apt.ts'
import { packageResource } from '../../../src/resources/package.ts'
import { program, temporaryPath } from '../support/programs.ts'
import { runShell, shells } from '../support/shells.ts'

function wanted(version?: string) {
  return packageResource({ name: 'haproxy', version, holdUnits: ['haproxy'] })
}

describe('version', () => {
  test.each<readonly [installed: string, pattern: string | undefined, good: boolean]>([
    ['2.6.12-1+deb12u3', undefined, true],
    ['2.6.12-1+deb12u3', '2.6.12-1+deb12u3', true],
    ['2.6.12-1+deb12u3', '2.6.*', true],
    ['2.6.12-1+deb12u3', '*', true],
    ['2.6.12-1+deb12u3', '2.6.*-1+*', true],
    ['2.6.12-1+deb12u3', '2.6', false],
    ['2.6.12-1+deb12u3', '2.8.*', false],
    ['2.6.12-1+deb12u3', '.6.*', false],
    ['2x6.12', '2.6.*', false],
    ['1:2.2.7-1+b2', '1:2.2.*', true],
    ['1:2.2.7-1+b2', '2.2.*', true],
    ['1:2.2.7-1+b2', '2:2.2.*', false],
    ['2.6.12-1~bpo+1', '2.6.12-1~bpo+1', true],
  ])('%s for %s: %s', (installed, pattern, good) => {
    const { changes, actions } = wanted(pattern).compare(`installed ${installed}\n`)
    expect(changes).toEqual(good ? [] : [{ property: 'version', before: installed, after: pattern }])
    expect(actions).toEqual(
      good ? [] : [{ do: 'install', packages: [{ name: 'haproxy', version: pattern }], holdUnits: ['haproxy'] }],
    )
  })

  test.each([
    [undefined, 'installed'],
    ['2.6.*', '2.6.*'],
  ])('absent, wanted %s', (version, after) => {
    expect(wanted(version).compare('absent\n')).toEqual({
      changes: [{ property: 'version', before: 'absent', after }],
      actions: [{ do: 'install', packages: [{ name: 'haproxy', version }], holdUnits: ['haproxy'] }],
    })
  })

  test.each(['', 'installed\n', 'half-installed 1\n', 'dpkg: error\n'])('%j is no answer', (output) => {
    expect(() => wanted().compare(output)).toThrow('package haproxy: unexpected answer')
  })

  test('is named by its package', () => {
    expect(wanted().id).toBe('package[haproxy]')
  })
})

/** dpkg-query with `-f '${db:Status-Status} ${Version}\n'`, written by hand after dpkg-query(1). */
describe.each(shells)('dpkg-query read by $name', (shell) => {
  test.each([
    ['installed', `echo 'installed 2.6.12-1'`, 'installed 2.6.12-1\n'],
    ['removed, its configuration kept', `echo 'config-files 2.6.12-1'`, 'absent\n'],
    ['half installed', `echo 'half-configured 2.6.12-1'`, 'absent\n'],
    ['unknown', `echo 'dpkg-query: no packages found matching haproxy' >&2; exit 1`, 'absent\n'],
  ])('%s', async (_, script, expected) => {
    const path = temporaryPath()
    program(path, 'dpkg-query', `[ "$1 $2 $4" = '-W -f haproxy' ] || exit 9\n${script}\n`)
    const { stdout, code } = await runShell(shell, apt.query('haproxy'), path.environment)
    expect(stdout).toBe(expected)
    expect(code).toBe(0)
  })
})
