import { spawn } from 'node:child_process'
import { utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { debian } from '../../../src/platform/debian.ts'
import type { Platform } from '../../../src/platform/types.ts'
import { sha256 } from '../../../src/resources/file.ts'
import { loadedKind, loadedResource, pendingPath, stamp, stampPath } from '../../../src/resources/loaded.ts'
import { program, temporaryPath } from '../support/programs.ts'
import { runShell, shells, type Shell } from '../support/shells.ts'
import { temporaryFolder } from '../support/temporary.ts'

const spec = {
  unit: 'haproxy',
  files: [
    { path: '/etc/a', sha256: 'aa' },
    { path: '/etc/b', sha256: 'bb' },
  ],
  provedBy: 'new-child' as const,
}
const wanted = 'aa  /etc/a\nbb  /etc/b\n'
const other = 'aa  /etc/a\ncc  /etc/b\n'

function seen(
  more: { active?: string; stamp?: string; files?: string; since?: string; younger?: string; unproved?: boolean } = {},
): string {
  const {
    active = 'active',
    stamp: written = wanted,
    files = wanted,
    since = 'no',
    younger = 'no',
    unproved = false,
  } = more
  return `load=loaded\nactive=${active}\npid=7\nchangedSince=${since}\n${unproved ? 'unproved=yes\n' : ''}younger=${younger}\nstamp:\n${written}files:\n${files}`
}

describe('judged', () => {
  test.each<readonly [what: string, output: string, property: string | undefined]>([
    ['runs, and was loaded with what is wanted', seen(), undefined],
    ['started after its files were written, never stamped', seen({ stamp: '', younger: 'yes' }), 'record'],
    ['started after its files were written, stamp of before', seen({ stamp: other, younger: 'yes' }), 'record'],
    ['never stamped, older than its files', seen({ stamp: '' }), 'configuration'],
    ['stamp of other files', seen({ stamp: other }), 'configuration'],
    ['files changed after the stamp', seen({ since: 'yes' }), 'configuration'],
    ['files changed after the stamp, and it started after that', seen({ since: 'yes', younger: 'yes' }), 'record'],
    [
      'loaded with what is wanted, by a run that was killed before it wrote that down',
      seen({ unproved: true }),
      'record',
    ],
    ['a run was killed before the unit took what it wrote', seen({ stamp: other, unproved: true }), 'configuration'],
    ['files are not yet as wanted', seen({ files: other, stamp: other, younger: 'yes' }), 'configuration'],
    ['a file is missing', seen({ files: 'aa  /etc/a\n' }), 'configuration'],
    ['does not run', seen({ active: 'inactive' }), 'state'],
    ['is starting', seen({ active: 'activating' }), 'state'],
    ['failed', seen({ active: 'failed' }), 'state'],
  ])('%s', (_, output, property) => {
    const comparison = loadedResource(spec).compare(output)
    expect(comparison.changes.map((change) => change.property)).toEqual(property === undefined ? [] : [property])
    expect(comparison.actions).toEqual(
      property === undefined ? [] : [{ do: property === 'record' ? 'record' : 'load', load: spec }],
    )
  })

  test.each(['', 'load=loaded\n', 'load=loaded\nfiles:\nstamp:\n'])('%j cannot be read', (output) => {
    expect(() => loadedResource(spec).compare(output)).toThrow('haproxy: what it runs with cannot be read')
  })

  test('an unreadable state is an error', () => {
    expect(() => loadedResource(spec).compare('stamp:\nfiles:\n')).toThrow("a unit's state cannot be read")
  })
})

describe('started by a cluster', () => {
  const managed = { ...spec, startedBy: 'cluster' as const }

  test.each<readonly [what: string, output: string, action: string | undefined]>([
    ['does not run, and is known to start with what is wanted', seen({ active: 'inactive' }), undefined],
    ['does not run, and was never told of', seen({ active: 'inactive', stamp: '' }), 'record'],
    ['does not run, and its file was changed since', seen({ active: 'inactive', since: 'yes' }), 'record'],
    [
      'does not run, with a change that a killed run did not finish',
      seen({ active: 'failed', unproved: true }),
      'record',
    ],
    ['runs with another', seen({ stamp: other }), 'load'],
    ['runs as wanted', seen(), undefined],
  ])('%s', (_, output, action) => {
    const { actions } = loadedResource(managed).compare(output)
    expect(actions).toEqual(action === undefined ? [] : [{ do: action, load: managed }])
  })
})

test('the stamp is what sha256sum prints', () => {
  expect(stamp(spec.files)).toBe(wanted)
  expect(stampPath('haproxy')).toBe('/var/lib/ha-provision/loaded/haproxy')
  expect(pendingPath('haproxy')).toBe('/var/lib/ha-provision/pending/haproxy')
  expect(loadedResource(spec).id).toBe('loaded[haproxy]')
})

/**
 * A host whose unit is a process of this test; the stamp is in the test's folder. Nobody can set a change time back: unless it is
 * `changed` that is asked for, the modification time stands for it.
 */
function probed(shell: Shell, folder: string, pid: number, files: readonly string[], time = 'modified') {
  const platform: Platform = {
    ...debian,
    init: { ...debian.init, state: () => `echo load=loaded; echo active=active; echo pid=${pid}` },
  }
  const own = {
    unit: 'x',
    files: files.map((path) => ({ path, sha256: sha256('a\n') })),
    provedBy: 'main-process' as const,
  }
  const script = loadedKind
    .probe(own, platform)
    .replaceAll(stampPath('x'), join(folder, 'stamp'))
    .replaceAll(pendingPath('x'), join(folder, 'pending'))
  const path = temporaryPath()
  if (time === 'modified') {
    program(path, 'stat', `[ "$1 $2" = '-c %Z' ] || exit 9\nPATH=\${PATH#*:}\nexec stat -c %Y "$3"\n`)
  }
  return runShell(shell, script, path.environment).then(({ stdout }) => loadedKind.parse(stdout, own))
}

describe.each(shells)('probed by $name', (shell) => {
  const now = Date.now() / 1000

  function file(folder: string, name: string, age: number, content = 'a\n'): string {
    const path = join(folder, name)
    writeFileSync(path, content)
    utimesSync(path, now - age, now - age)
    return path
  }

  function sleeper(): number {
    const child = spawn('sleep', ['60'])
    onTestFinished(() => {
      child.kill()
    })
    return child.pid ?? 0
  }

  test('a process younger than its files is seen as such, and hashes are of what is there', async () => {
    const folder = temporaryFolder()
    const path = file(folder, "it's a file", 100)
    const observed = await probed(shell, folder, sleeper(), [path])
    expect(observed).toEqual({
      active: true,
      stamp: '',
      files: `${sha256('a\n')}  ${path}`,
      changedSince: false,
      unproved: false,
      processIsYounger: true,
    })
  })

  test('one file newer than the process is enough', async () => {
    const folder = temporaryFolder()
    const files = [file(folder, 'old', 100), file(folder, 'new', -10)]
    expect((await probed(shell, folder, sleeper(), files)).processIsYounger).toBe(false)
  })

  test('a version that was put back keeps its old time, and is newer than the process all the same', async () => {
    const folder = temporaryFolder()
    const files = [file(folder, 'put back', 100)]
    expect((await probed(shell, folder, sleeper(), files, 'changed')).processIsYounger).toBe(false)
  })

  test('a missing file is one that the process has not read', async () => {
    const folder = temporaryFolder()
    const observed = await probed(shell, folder, sleeper(), [file(folder, 'old', 100), join(folder, 'missing')])
    expect(observed.processIsYounger).toBe(false)
    expect(observed.files.split('\n')).toHaveLength(1)
  })

  test('a file written after the stamp is told', async () => {
    const folder = temporaryFolder()
    const path = file(folder, 'a', 50)
    file(folder, 'stamp', 100, 'old  stamp\n')
    expect(await probed(shell, folder, sleeper(), [path])).toMatchObject({ changedSince: true, stamp: 'old  stamp' })
    file(folder, 'stamp', 20)
    expect(await probed(shell, folder, sleeper(), [path])).toMatchObject({ changedSince: false })
  })

  test('what a killed run left for putting back is told', async () => {
    const folder = temporaryFolder()
    const path = file(folder, 'a', 100)
    file(folder, 'pending', 50, `${path}\n`)
    expect(await probed(shell, folder, sleeper(), [path])).toMatchObject({ unproved: true })
  })

  test('a process that is gone is not younger', async () => {
    const folder = temporaryFolder()
    expect(await probed(shell, folder, 0, [file(folder, 'a', 100)])).toMatchObject({ processIsYounger: false })
  })
})
