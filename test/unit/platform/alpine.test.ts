import { describe, expect, test } from 'vitest'
import { alpine } from '../../../src/platform/alpine.ts'
import { choosePlatform } from '../../../src/platform/choose.ts'
import { program, temporaryPath } from '../support/programs.ts'
import { runShell, shells } from '../support/shells.ts'

const MIRROR = 'https://mirror.example/alpine/v3.21'

describe("the community repository, beside the host's own main", () => {
  test.each<readonly [what: string, lines: readonly string[], url: string | undefined]>([
    ['a fresh Alpine', [`${MIRROR}/main`, `#${MIRROR}/community`], `${MIRROR}/community`],
    ['with a slash at the end', [`${MIRROR}/main/`], `${MIRROR}/community`],
    ['enabled already', [`${MIRROR}/main`, `${MIRROR}/community`], undefined],
    ['enabled for packages with a tag only', [`${MIRROR}/main`, `@c ${MIRROR}/community`], `${MIRROR}/community`],
    ['a medium first, then a mirror', ['/media/cdrom/apks', `${MIRROR}/main`], `${MIRROR}/community`],
    ['the words of apk 3', [`v3 ${MIRROR} main`], `${MIRROR}/community`],
    ['the words of apk 3, enabled', ['set x=y', `v3 ${MIRROR} main community`], undefined],
    ['no main at all', ['/media/cdrom/apks'], undefined],
    ['nothing', [], undefined],
  ])('%s', (_, lines, url) => {
    const host = { os: { id: 'alpine' }, repositories: lines, versions: { pacemaker: { installed: false } } }
    const file = alpine.repository?.(host, 'keepalived')
    const content = file !== undefined && 'content' in file ? file.content.split('\n').slice(1) : undefined
    expect(file).toEqual(
      url === undefined ? undefined : expect.objectContaining({ path: '/etc/apk/repositories.d/ha-provision.list' }),
    )
    expect(content).toEqual(url === undefined ? undefined : [url, ''])
  })
})

describe.each(shells)('a system user made by $name', (shell) => {
  test('has a group of its own, home and login nowhere; a group that is there is no hindrance', async () => {
    const path = temporaryPath()
    program(path, 'addgroup', 'echo "addgroup: group in use" >&2; exit 1\n')
    program(path, 'adduser', 'echo "$*"\n')
    const { code, stdout, stderr } = await runShell(shell, alpine.createUser('keepalived_script'), path.environment)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout.trim()).toBe(
      '-S -D -H -h /nonexistent -s /sbin/nologin -G keepalived_script -g keepalived_script keepalived_script',
    )
  })
})

describe('a host', () => {
  const os = (version: string) => ({ id: 'alpine', idLike: [], version, name: `Alpine ${version}` })
  const found = (version: string, init = 'openrc', programs = ['apk', 'rc-service']) =>
    choosePlatform({ os: os(version), init, programs })

  test('of a release, of the one that is being made, and newer than all', () => {
    expect(found('3.21.0')?.release.version).toBe('3.21')
    expect(found('3.22_alpha20250108')?.release.version).toBe('3.22')
    expect(found('3.99_alpha20990108')?.note).toContain('is not known: it')
  })

  test('too old, or without OpenRC or apk, is none of it', () => {
    expect(found('3.17.2')).toBeUndefined()
    expect(found('3.21.0', 'busybox')).toBeUndefined()
    expect(found('3.21.0', 'openrc', ['rc-service'])).toBeUndefined()
  })
})
