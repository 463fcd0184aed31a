import { join } from 'node:path'
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { apk } from '../../../src/platform/apk.ts'
import { program, temporaryPath } from '../support/programs.ts'
import { runShell, shells } from '../support/shells.ts'

/** `apk info -e -v`, written by hand after apk-info(8): a line a package that is installed, and a status that counts the others. */
describe.each(shells)('apk info read by $name', (shell) => {
  test.each([
    ['installed', 'echo haproxy-3.0.11-r0', 'installed 3.0.11-r0\n'],
    ['of another name that provides it', 'echo haproxy-lua-3.0.11-r0', 'absent\n'],
    ['unknown', 'exit 1', 'absent\n'],
  ])('%s', async (_, script, expected) => {
    const path = temporaryPath()
    program(path, 'apk', `[ "$*" = 'info -e -v haproxy' ] || exit 9\n${script}\n`)
    const { stdout, code } = await runShell(shell, apk.query('haproxy'), path.environment)
    expect(stdout).toBe(expected)
    expect(code).toBe(0)
  })
})

describe('a version', () => {
  test.each([
    ['3.0.11-r0', undefined],
    ['2.8*', undefined],
    ['2.8.*', undefined],
    ['2*', undefined],
    ['2.*.11', 'apk knows no pattern 2.*.11'],
    ['*', 'apk knows no pattern *'],
    ['*-r0', 'apk knows no pattern *-r0'],
    ['2.8*-r0', 'apk knows no pattern 2.8*-r0'],
    ['3.0.11', '3.0.11-r0, or 3.0.11* for any of them'],
    ['3.0.11-1+deb13u5', "apk's versions end in a release number"],
  ])('%s is refused for %s', (version, reason) => {
    if (reason === undefined) expect(apk.refuses?.(version)).toBeUndefined()
    else expect(apk.refuses?.(version)).toContain(reason)
  })
})

describe.each(shells)('an installation by $name', (shell) => {
  /** An apk that keeps what it was asked for, and does as the script says. */
  async function install(script: string, version?: string) {
    const path = temporaryPath()
    const asked = join(path.folder, 'asked')
    program(path, 'apk', `echo "$*" >>'${asked}'\n${script}`)
    const packages = [
      { name: 'haproxy', version },
      { name: 'keepalived', version: undefined },
    ]
    const text = apk.install(packages, { lockSeconds: 7, log: join(path.folder, 'log') })
    const { code, stderr } = await runShell(shell, text, path.environment)
    return { code, stderr, asked: readFileSync(asked, 'utf8').trim().split('\n') }
  }

  test.each([
    [undefined, 'haproxy'],
    ['3.0.11-r0', 'haproxy=3.0.11-r0'],
    ['2.8*', 'haproxy~2.8'],
    ['2.8.*', 'haproxy~2.8'],
  ])('of %s asks for %s, once', async (version, word) => {
    const { code, asked } = await install('exit 0\n', version)
    expect(code).toBe(0)
    expect(asked).toEqual([`--wait 7 add ${word} keepalived`])
  })

  test('refreshes an index that is too old, and tells what apk said when that is no help', async () => {
    const said = `echo 'ERROR: unable to select packages:'; exit 1\n`
    const failed = await install(said)
    expect(failed.asked).toEqual(['--wait 7 add haproxy keepalived', '--wait 7 --update-cache add haproxy keepalived'])
    expect(failed).toMatchObject({ code: 100, stderr: 'ERROR: unable to select packages:\n' })
    expect(await install('case $* in *--update-cache*) exit 0 ;; *) exit 1 ;; esac\n')).toMatchObject({ code: 0 })
  })

  test('does not go on trying where somebody else is at work', async () => {
    const locked = await install(`echo 'ERROR: Unable to lock database: temporary error (try again later)'; exit 99\n`)
    expect(locked.asked).toHaveLength(1)
    expect(locked.code).toBe(100)
    expect(locked.stderr).toContain('Unable to lock database')
  })
})
