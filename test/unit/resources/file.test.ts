import { chmodSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { HostError } from '../../../src/lib/errors.ts'
import { Secret, text } from '../../../src/lib/secret.ts'
import { debian } from '../../../src/platform/debian.ts'
import {
  fileKind,
  fileResource,
  previousPath,
  sha256,
  stagedPath,
  stagedPreviousPath,
} from '../../../src/resources/file.ts'
import type { WantedFile } from '../../../src/resources/action.ts'
import { runShell, shells, type Shell } from '../support/shells.ts'
import { temporaryFolder } from '../support/temporary.ts'
import { me, wantedFile } from '../support/wanted.ts'

/** Looks at a file for real, and says what differs and what is to be done. */
async function look(shell: Shell, wanted: WantedFile) {
  const { stdout } = await runShell(shell, fileKind.probe(wanted, debian))
  const observed = fileKind.parse(stdout, wanted)
  const changes = fileKind.diff(wanted, observed)
  return {
    observed,
    changes: changes.map(({ property }) => property),
    actions: () => fileKind.actions(wanted, changes, observed),
  }
}

describe.each(shells)('probed by $name', (shell) => {
  test('a file as wanted needs nothing', async () => {
    const path = join(temporaryFolder(), 'as wanted; $(true) "it\'s"')
    writeFileSync(path, 'wanted\n', { mode: 0o644 })
    const { observed, changes } = await look(shell, wantedFile(path))
    expect(observed).toEqual({ type: 'file', sha256: sha256('wanted\n'), mode: '0644', ...me, leftovers: [] })
    expect(changes).toEqual([])
  })

  test('an absent file is written', async () => {
    const wanted = wantedFile(join(temporaryFolder(), 'absent'))
    const { changes, actions } = await look(shell, wanted)
    expect(changes).toEqual(['content'])
    expect(actions()).toEqual([{ do: 'write', file: wanted }])
  })

  test('a file with other bytes is written', async () => {
    const wanted = wantedFile(join(temporaryFolder(), 'other'))
    writeFileSync(wanted.path, 'wanted', { mode: 0o644 })
    const { changes, actions } = await look(shell, wanted)
    expect(changes).toEqual(['content'])
    expect(actions()).toEqual([{ do: 'write', file: wanted }])
  })

  test.each([
    [0o600, '0644'],
    [0o4755, '0755'],
    [0o007, '0644'],
  ])('mode %o is not %s: attributes alone', async (mode, wantedMode) => {
    const wanted = wantedFile(join(temporaryFolder(), 'mode'), { mode: wantedMode })
    writeFileSync(wanted.path, 'wanted\n')
    chmodSync(wanted.path, mode)
    const { observed, changes, actions } = await look(shell, wanted)
    expect(observed.mode).toBe(mode.toString(8).padStart(4, '0'))
    expect(changes).toEqual(['mode'])
    expect(actions()).toEqual([{ do: 'attributes', path: wanted.path, mode: wantedMode, ...me }])
  })

  test('another owner and group are seen', async () => {
    const wanted = wantedFile(join(temporaryFolder(), 'owner'), { owner: 'somebody', group: 'else' })
    writeFileSync(wanted.path, 'wanted\n', { mode: 0o644 })
    expect((await look(shell, wanted)).changes).toEqual(['owner', 'group'])
  })

  test('a staged file that a killed run left is swept', async () => {
    const wanted = wantedFile(join(temporaryFolder(), 'x'))
    writeFileSync(wanted.path, 'wanted\n', { mode: 0o644 })
    writeFileSync(stagedPath(wanted.path), 'half')
    const { changes, actions } = await look(shell, wanted)
    expect(changes).toEqual(['leftover'])
    expect(actions()).toEqual([{ do: 'remove', path: stagedPath(wanted.path) }])
  })

  test('so is a version to be kept that was being staged; the kept one stays', async () => {
    const wanted = wantedFile(join(temporaryFolder(), 'x'))
    writeFileSync(wanted.path, 'wanted\n', { mode: 0o644 })
    for (const path of [stagedPath(wanted.path), stagedPreviousPath(wanted.path), previousPath(wanted.path)]) {
      writeFileSync(path, 'half')
    }
    const { changes, actions } = await look(shell, wanted)
    expect(changes).toEqual(['leftover', 'leftover'])
    expect(actions()).toEqual([
      { do: 'remove', path: stagedPath(wanted.path) },
      { do: 'remove', path: stagedPreviousPath(wanted.path) },
    ])
  })

  test('a leftover beside a file that is written anyway needs no removal of its own', async () => {
    const wanted = wantedFile(join(temporaryFolder(), 'x'))
    writeFileSync(stagedPath(wanted.path), 'half')
    const { changes, actions } = await look(shell, wanted)
    expect(changes).toEqual(['content', 'leftover'])
    expect(actions()).toEqual([{ do: 'write', file: wanted }])
  })

  test.each<readonly [what: string, make: (path: string) => void]>([
    [
      'a folder',
      (path) => {
        mkdirSync(path)
      },
    ],
    [
      'a link to a good file',
      (path) => {
        writeFileSync(`${path}.real`, 'wanted\n')
        symlinkSync(`${path}.real`, path)
      },
    ],
    [
      'a link to nowhere',
      (path) => {
        symlinkSync('/nowhere/at/all', path)
      },
    ],
  ])('%s is not replaced', async (_, make) => {
    const wanted = wantedFile(join(temporaryFolder(), 'x'))
    make(wanted.path)
    const { observed, changes, actions } = await look(shell, wanted)
    expect(observed.type).toBe('other')
    expect(changes).toEqual(['content'])
    expect(actions).toThrow(HostError)
    expect(actions).toThrow(`${wanted.path} is a link, a folder or a device`)
  })

  test('looking leaves nothing behind', async () => {
    const folder = temporaryFolder()
    await look(shell, wantedFile(join(folder, 'x')))
    expect(readdirSync(folder)).toEqual([])
  })
})

test('only hashes of a secret are compared, and no change holds it', () => {
  const wanted = wantedFile('/x', { content: text`pass ${new Secret('hunter22')}` })
  const observed = fileKind.parse('type=file\nmode=644\nowner=root\ngroup=root\nsha256=00\n', wanted)
  expect(JSON.stringify(fileKind.diff(wanted, observed))).not.toContain('hunter22')
  expect(observed.sha256).not.toBe(sha256('pass hunter22'))
})

test('the hash is that of the revealed bytes', () => {
  const wanted = wantedFile('/x', { content: text`pass ${new Secret('hunter22')}`, owner: 'root', group: 'root' })
  const output = `type=file\nmode=644\nowner=root\ngroup=root\nsha256=${sha256('pass hunter22')}\n`
  expect(fileKind.diff(wanted, fileKind.parse(output, wanted))).toEqual([])
})

test.each(['', 'type=\n', 'stat: not found\n'])('%j is believed to be nothing', (output) => {
  expect(() => fileKind.parse(output, wantedFile('/x'))).toThrow('file /x: unexpected answer')
})

test('what stands beside a file has a name of its own', () => {
  expect(stagedPath('/etc/a')).toBe('/etc/a.ha-provision-new')
  expect(previousPath('/etc/a')).toBe('/etc/a.previous')
  expect(stagedPreviousPath('/etc/a')).toBe('/etc/a.previous.new')
})

test('a resource is named by its path and shows its file', () => {
  const wanted = wantedFile('/etc/haproxy/haproxy.cfg')
  expect(fileResource(wanted)).toMatchObject({ id: 'file[/etc/haproxy/haproxy.cfg]', kind: 'file', file: wanted })
})
