import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { apt } from '../../../src/platform/apt.ts'
import { program, temporaryPath } from '../support/programs.ts'
import { runShell, shells, type Shell } from '../support/shells.ts'

const LOCKED = 'E: Could not get lock /var/lib/apt/lists/lock. It is held by process 412 (apt-get)'

/** Installs haproxy where apt, scripts of the test, knows these versions and answers so to `update` and `install`. */
async function install(
  shell: Shell,
  { madison = '', update = 'exit 0', version }: { madison?: string; update?: string; version?: string },
) {
  const path = temporaryPath()
  writeFileSync(join(path.folder, 'asked'), '')
  writeFileSync(join(path.folder, 'madison'), madison)
  const policy = madison === '' ? '(none)' : '1'
  program(
    path,
    'apt-cache',
    `case $1 in madison) cat ${path.folder}/madison ;; policy) echo '  Candidate: ${policy}' ;; esac\n`,
  )
  program(path, 'apt-get', `echo "$*" >>${path.folder}/asked\ncase "$*" in *update) ${update} ;; esac\n`)
  program(path, 'dpkg', '')
  program(path, 'sleep', '')
  const log = join(path.folder, 'log')
  const script = apt.install([{ name: 'haproxy', version }], { lockSeconds: 2, log })
  const ran = await runShell(shell, script, path.environment)
  const asked = readFileSync(join(path.folder, 'asked'), 'utf8').trim().split('\n')
  return {
    ...ran,
    asked: asked.filter((line) => / install /.test(line)).map((line) => line.replace(/^.*Dpkg\S+ /, '')),
  }
}

describe.each(shells)('apt, by $name', (shell) => {
  test('removes nothing', async () => {
    const { code, asked } = await install(shell, {
      madison: ' haproxy | 2.6.12-1 | http://mirror a/main amd64 Packages\n',
    })
    expect([code, asked]).toEqual([0, ['--no-install-recommends --no-remove install haproxy']])
  })

  test('is not asked for a version of which there is only the source', async () => {
    const madison = [
      'haproxy | 2.9.5-1 | http://mirror sid/main Sources',
      'haproxy | 2.6.12-1 | http://mirror bookworm/main amd64 Packages',
    ].join('\n')
    const { asked } = await install(shell, { madison, version: '2.*' })
    expect(asked).toEqual(['--no-install-recommends --no-remove --allow-downgrades install haproxy=2.6.12-1'])
  })

  test('whose index was never read and is locked: who holds the lock is told', async () => {
    const { code, stderr } = await install(shell, { update: `echo '${LOCKED}' >&2; exit 100` })
    expect(code).toBe(100)
    expect(stderr).toContain('held by process 412 (apt-get)')
    expect(stderr).not.toContain('the repositories have no')
  })

  test('whose repositories lack the version: what there is is told', async () => {
    const { code, stderr } = await install(shell, {
      madison: 'haproxy | 2.6.12-1 | http://mirror bookworm/main amd64 Packages\n',
      version: '3.*',
    })
    expect(code).toBe(100)
    expect(stderr).toContain('the repositories have no haproxy that matches 3.*; there are: 2.6.12-1')
  })
})
