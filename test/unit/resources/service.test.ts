import { describe, expect, test } from 'vitest'
import { debian } from '../../../src/platform/debian.ts'
import { parseService, serviceKind, serviceResource } from '../../../src/resources/service.ts'
import { runShell, shells } from '../support/shells.ts'
import { program, temporaryPath } from '../support/programs.ts'

/** `systemctl show -p …` as systemd 252 words it, written by hand after systemctl(1): a property a line, in its own order. */
function shown(properties: Partial<Record<'load' | 'active' | 'file' | 'stale' | 'pid', string>>): string {
  const { load = 'loaded', active = 'active', file = 'enabled', stale = 'no', pid = '812' } = properties
  return `MainPID=${pid}\nLoadState=${load}\nActiveState=${active}\nUnitFileState=${file}\nNeedDaemonReload=${stale}\n`
}

const WELL = { exists: true, masked: false, enabled: true, active: true, stopped: false, stale: 'no', pid: 812 }

describe.each(shells)('read by $name', (shell) => {
  test.each<readonly [what: string, output: string, service: Partial<typeof WELL>]>([
    ['runs and is enabled', shown({}), {}],
    ['inactive', shown({ active: 'inactive', pid: '0' }), { active: false, stopped: true, pid: 0 }],
    ['activating', shown({ active: 'activating' }), { active: false }],
    ['reloading', shown({ active: 'reloading' }), { active: false }],
    ['stopping', shown({ active: 'deactivating' }), { active: false }],
    ['failed', shown({ active: 'failed', pid: '0' }), { active: false, stopped: true, pid: 0 }],
    ['disabled', shown({ file: 'disabled' }), { enabled: false }],
    ['enabled until the next boot only', shown({ file: 'enabled-runtime' }), { enabled: false }],
    ['static', shown({ file: 'static' }), { enabled: false }],
    [
      'masked',
      shown({ load: 'masked', active: 'inactive', file: 'masked', pid: '0' }),
      { masked: true, enabled: false, active: false, stopped: true, pid: 0 },
    ],
    ['masked until the next boot', shown({ load: 'masked', file: 'masked-runtime' }), { masked: true, enabled: false }],
    ['masked while it runs', shown({ file: 'masked' }), { masked: true, enabled: false }],
    [
      'not found',
      shown({ load: 'not-found', active: 'inactive', file: '', pid: '0' }),
      { exists: false, enabled: false, active: false, stopped: true, pid: 0 },
    ],
    ['unit files changed since', shown({ stale: 'yes' }), { stale: 'yes' }],
  ])('%s', async (_, output, service) => {
    const path = temporaryPath()
    program(
      path,
      'systemctl',
      `[ "$*" = "show -p LoadState,ActiveState,UnitFileState,NeedDaemonReload,MainPID haproxy" ] || exit 9\ncat <<'END'\n${output}END\n`,
    )
    const { stdout } = await runShell(shell, debian.init.state('haproxy'), path.environment)
    expect(parseService(stdout)).toEqual({ ...WELL, ...service })
  })
})

test('what is no state is an error, and not a unit that is down', () => {
  expect(() => parseService('')).toThrow("a unit's state cannot be read")
  expect(() => parseService('Failed to connect to bus\n')).toThrow('Failed to connect to bus')
})

describe('enabled', () => {
  const resource = serviceResource('haproxy')

  test.each([
    ['as wanted', 'load=loaded\nactive=active\nenabled=enabled\nstale=no\n', [], []],
    ['that it runs is the business of loaded', 'load=loaded\nactive=inactive\nenabled=enabled\n', [], []],
    ['disabled', 'load=loaded\nenabled=disabled\n', ['boot'], [{ do: 'enable', unit: 'haproxy' }]],
    [
      'masked: whether it is enabled shows once the mask is gone',
      'load=masked\nenabled=masked\n',
      ['mask'],
      [{ do: 'unmask', unit: 'haproxy' }],
    ],
    [
      'stale where that takes a restart',
      'load=loaded\nenabled=enabled\nstale=restart\n',
      ['unit files'],
      [{ do: 'reread-units', unit: 'haproxy' }],
    ],
    [
      'replaced',
      'load=loaded\nenabled=enabled\nstale=replaced\n',
      ['program'],
      [{ do: 'reread-units', unit: 'haproxy' }],
    ],
    ['stale', 'load=loaded\nenabled=enabled\nstale=yes\n', ['unit files'], [{ do: 'reread-units', unit: 'haproxy' }]],
  ])('%s', (_, output, changes, actions) => {
    const comparison = resource.compare(output)
    expect(comparison.changes.map(({ property }) => property)).toEqual(changes)
    expect(comparison.actions).toEqual(actions)
  })
})

describe('running', () => {
  const resource = serviceResource('pacemaker', 'running')

  test.each<readonly [what: string, output: string, done: readonly string[]]>([
    ['as wanted', 'load=loaded\nactive=active\nenabled=enabled\nstale=no\n', []],
    ['stopped', 'load=loaded\nactive=inactive\nenabled=enabled\n', ['start']],
    ['failed and disabled', 'load=loaded\nactive=failed\nenabled=disabled\n', ['enable', 'start']],
    ['disabled', 'load=loaded\nactive=active\nenabled=disabled\n', ['enable']],
    ['not there yet', 'load=not-found\nactive=inactive\nenabled=\n', ['enable', 'start']],
    ['masked and stopped', 'load=masked\nactive=inactive\nenabled=masked\n', ['unmask', 'start']],
    ['masked while it runs', 'load=masked\nactive=active\nenabled=masked\n', ['unmask']],
    [
      'masked: whether it is enabled shows once the mask is gone',
      'load=masked\nactive=failed\nenabled=masked-runtime\n',
      ['unmask', 'start'],
    ],
  ])('%s', (_, output, done) => {
    expect(resource.compare(output).actions).toEqual(done.map((what) => ({ do: what, unit: 'pacemaker' })))
  })

  test('what is masked and stopped does not serve', () => {
    const { changes } = resource.compare('load=masked\nactive=inactive\nenabled=masked\n')
    expect(changes.map(({ property }) => property)).toEqual(['mask', 'state'])
  })
})

describe('managed by a cluster', () => {
  const resource = serviceResource('haproxy', 'managed')

  test.each<readonly [what: string, output: string, done: readonly string[]]>([
    ['runs', 'load=loaded\nactive=active\nenabled=disabled\n', []],
    ['does not run', 'load=loaded\nactive=inactive\nenabled=disabled\n', []],
    ['not there yet', 'load=not-found\nactive=inactive\nenabled=\n', []],
    ['starts at boot', 'load=loaded\nactive=active\nenabled=enabled\n', ['disable']],
    ['masked', 'load=masked\nactive=inactive\nenabled=masked\n', ['unmask']],
    ['stale', 'load=loaded\nactive=active\nenabled=disabled\nstale=yes\n', ['reread-units']],
  ])('%s', (_, output, done) => {
    expect(resource.compare(output).actions).toEqual(done.map((what) => ({ do: what, unit: 'haproxy' })))
  })
})

describe('retired', () => {
  const resource = serviceResource('keepalived', 'retired')

  test.each([
    ['gone', 'load=not-found\nactive=inactive\nenabled=\n', []],
    ['stopped and disabled', 'load=loaded\nactive=inactive\nenabled=disabled\n', []],
    ['masked', 'load=masked\nactive=inactive\nenabled=masked\n', []],
    ['runs and is enabled', 'load=loaded\nactive=active\nenabled=enabled\n', ['stop', 'disable']],
    ['runs', 'load=loaded\nactive=active\nenabled=disabled\n', ['stop']],
    ['is about to run', 'load=loaded\nactive=activating\nenabled=disabled\n', ['stop']],
    ['enabled', 'load=loaded\nactive=inactive\nenabled=enabled\n', ['disable']],
  ])('%s', (_, output, done) => {
    expect(resource.compare(output).actions).toEqual(done.map((what) => ({ do: what, unit: 'keepalived' })))
  })
})

test('names', () => {
  expect(serviceResource('haproxy').id).toBe('service[haproxy]')
  expect(serviceKind.probe({ unit: 'a;b', wanted: 'enabled' }, debian)).toContain("'a;b'")
})
