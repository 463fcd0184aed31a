import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { repositoryScript } from '../../../src/engine/perform/repository.ts'
import { debian } from '../../../src/platform/debian.ts'
import { highAvailability } from '../../../src/platform/high-availability.ts'
import { repositoryResource } from '../../../src/resources/repository.ts'
import { program, temporaryPath } from '../support/programs.ts'
import { runShell, shells } from '../support/shells.ts'
import { temporaryFolder } from '../support/temporary.ts'

/** After Rocky 9's, shortened; the last section says nothing of enabled. */
const BEFORE = `# rocky-addons.repo
[highavailability]
name=Rocky Linux $releasever - High Availability
gpgcheck=1
enabled=0
countme=1

[highavailability-debug]
enabled=0

[nfv]
name=NFV
`

describe.each(shells)('$name', (shell) => {
  function host(content: string) {
    const path = join(temporaryFolder(), "it's.repo")
    writeFileSync(path, content, { mode: 0o640 })
    const of = async (id: string) => {
      const resource = repositoryResource('highavailability', { path, id })
      return resource.compare((await runShell(shell, resource.probe(debian))).stdout)
    }
    const enable = (id: string) => runShell(shell, repositoryScript({ do: 'repository', path, id }))
    return { path, of, enable, read: () => readFileSync(path, 'utf8') }
  }

  test('one line of one section is changed, and nothing else', async () => {
    const { path, of, enable, read } = host(BEFORE)
    expect((await of('highavailability')).actions).toEqual([{ do: 'repository', path, id: 'highavailability' }])
    expect(await enable('highavailability')).toMatchObject({ code: 0, stderr: '' })
    expect(read()).toBe(BEFORE.replace('enabled=0\ncountme', 'enabled=1\ncountme'))
    expect(statSync(path).mode & 0o7777).toBe(0o640)
    expect(await of('highavailability')).toEqual({ changes: [], actions: [] })
    expect((await of('highavailability-debug')).changes).toHaveLength(1)
  })

  test.each(['enabled = false', 'enabled=No', 'enabled=0\r'])('%j is disabled', async (line) => {
    const { of, enable } = host(`[ha]\n${line}\n`)
    expect((await of('ha')).changes).toHaveLength(1)
    expect((await enable('ha')).code).toBe(0)
    expect((await of('ha')).changes).toEqual([])
  })

  test.each(['', 'enabled=1', 'enabled = True'])('%j is enabled', async (line) => {
    expect(await host(`[ha]\n${line}\n[other]\nenabled=0\n`).of('ha')).toEqual({ changes: [], actions: [] })
  })

  test('a section that is gone by now: the file stays as it was', async () => {
    const { enable, read, of } = host(BEFORE)
    expect((await enable('gone')).code).not.toBe(0)
    expect(read()).toBe(BEFORE)
    expect((await of('gone')).doubts).toHaveLength(1)
  })

  test('what the subscription’s own program makes is left to it', async () => {
    const path = temporaryPath()
    program(path, 'subscription-manager', 'echo "$*" >&2\n')
    const script = repositoryScript({ do: 'repository', path: '/etc/yum.repos.d/redhat.repo', id: 'rhel-9-ha' })
    const { stderr } = await runShell(shell, script, path.environment)
    expect(stderr).toBe('repos --enable=rhel-9-ha\n')
  })
})

test('a host that knows no such repository is told so, and nothing is changed', () => {
  const comparison = repositoryResource('highavailability', undefined).compare('unknown\n')
  expect(comparison).toMatchObject({
    changes: [],
    actions: [],
    doubts: [expect.stringContaining('no such repository')],
  })
})

test.each<readonly [id: string, isIt: boolean]>([
  ['ha', true],
  ['highavailability', true],
  ['ol9_addons', true],
  ['rhel-9-for-x86_64-highavailability-rpms', true],
  ['rhel-8-for-aarch64-highavailability-eus-rpms', true],
  ['rhel-9-for-x86_64-highavailability-debug-rpms', false],
  ['highavailability-source', false],
  ['baseos', false],
])('%s', (id, isIt) => {
  const { section } = highAvailability([`/etc/yum.repos.d/a.repo ${id} 0`])
  expect(section).toEqual(isIt ? { path: '/etc/yum.repos.d/a.repo', id } : undefined)
})

test('one that is enabled comes before one that is not', () => {
  const lines = ['/a.repo ha 0', '/b.repo highavailability 1']
  expect(highAvailability(lines).section).toEqual({ path: '/b.repo', id: 'highavailability' })
})
