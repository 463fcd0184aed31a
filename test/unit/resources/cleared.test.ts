import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { debian } from '../../../src/platform/debian.ts'
import { clearedResource } from '../../../src/resources/cleared.ts'
import { sha256 } from '../../../src/resources/file.ts'
import { program, temporaryPath } from '../support/programs.ts'
import { runShell, shells } from '../support/shells.ts'
import { temporaryFolder } from '../support/temporary.ts'

describe.each(shells)('looked at by $name', (shell) => {
  async function compare(more: {
    readonly active?: string
    readonly files?: readonly string[]
    readonly conf?: string
  }) {
    const folder = temporaryFolder()
    const cib = join(folder, 'ci b')
    mkdirSync(cib)
    for (const file of more.files ?? []) writeFileSync(join(cib, file), '<cib/>')
    const path = temporaryPath()
    program(path, 'systemctl', `echo LoadState=loaded; echo ActiveState=${more.active ?? 'inactive'}; echo MainPID=0\n`)
    if (more.conf !== undefined) writeFileSync(join(folder, 'conf'), more.conf)
    const resource = clearedResource({
      folder: cib,
      units: ['pacemaker', 'corosync'],
      unless: { path: join(folder, 'conf'), sha256: sha256('ours\n') },
    })
    const { stdout } = await runShell(shell, resource.probe(debian), path.environment)
    const { changes, actions } = resource.compare(stdout)
    return { changed: changes.map(({ property }) => property), actions, cib }
  }

  test('nothing there', async () => {
    expect(await compare({})).toMatchObject({ changed: [], actions: [] })
    expect(await compare({ conf: 'another\n' })).toMatchObject({ changed: [], actions: [] })
  })

  test('a CIB that is left', async () => {
    const { changed, actions, cib } = await compare({ files: ['cib.xml', 'cib-1.raw'] })
    expect(changed).toEqual(['CIB'])
    expect(actions).toEqual([{ do: 'clear-cib', folder: cib }])
  })

  test.each(['active', 'activating'])('units that are %s are stopped before, pacemaker first', async (active) => {
    const { changed, actions, cib } = await compare({ active })
    expect(changed).toEqual(['pacemaker', 'corosync'])
    expect(actions).toEqual([
      { do: 'stop', unit: 'pacemaker' },
      { do: 'stop', unit: 'corosync' },
      { do: 'clear-cib', folder: cib },
    ])
  })

  test('once the configuration is this cluster’s, its CIB is left alone', async () => {
    expect(await compare({ active: 'active', files: ['cib.xml'], conf: 'ours\n' })).toMatchObject({
      changed: [],
      actions: [],
    })
  })
})

test('what cannot be read is an error, and not an empty folder', () => {
  const resource = clearedResource({ folder: '/x', units: [], unless: undefined })
  expect(resource.id).toBe('cleared[cib]')
  expect(() => resource.compare('')).toThrow('cannot be read')
})
