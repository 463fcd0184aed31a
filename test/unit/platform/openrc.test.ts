import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { openrc } from '../../../src/platform/openrc.ts'
import { parseService } from '../../../src/resources/service.ts'
import { program, temporaryPath } from '../support/programs.ts'
import { runShell, shells } from '../support/shells.ts'

/** Files of OpenRC 0.56 as they were seen in the lab, below a folder. A target: a link. */
type Tree = Readonly<Record<string, string | { readonly to: string }>>

const DAEMON = 'exec=/usr/sbin/keepalived\nargv_0=/usr/sbin/keepalived\npidfile=/run/keepalived.pid\n'
const SETTINGS = openrc.restartDropIn('keepalived', 2500).content

const known: Tree = {
  '/etc/init.d/keepalived': '#!/sbin/openrc-run\n',
  '/etc/runlevels/default/keepalived': { to: '/etc/init.d/keepalived' },
}
const started: Tree = {
  ...known,
  '/run/openrc/started/keepalived': { to: '/etc/init.d/keepalived' },
  '/run/openrc/daemons/keepalived/001': DAEMON,
  '/run/keepalived.pid': '700\n',
  '/proc/700/comm': 'keepalived\n',
}
const supervised: Tree = {
  ...started,
  '/etc/conf.d/keepalived': SETTINGS,
  '/run/openrc/options/keepalived/child_pid': '701',
  '/proc/700/comm': 'supervise-daemo\n',
  '/proc/701/comm': 'keepalived\n',
}
/** What the kernel tells of a program whose file was replaced while it runs. */
const replaced = (pid: number): Tree => ({
  [`/proc/${String(pid)}/exe`]: { to: '/usr/sbin/keepalived (deleted)' },
  '/usr/sbin/keepalived': '#!/bin/sh\n',
})
const RUNS = { exists: true, enabled: true, active: true, stopped: false, stale: 'no', pid: 700, masked: false }
const DOWN = { ...RUNS, active: false, pid: 0 }

/** The snippet, with every path of the host below a folder of the test. */
function below(folder: string, snippet: string): string {
  return snippet.replaceAll(/(?<![\w./])\/(?=etc\/|run\/|proc\/)/g, `${folder}/`)
}

function host(tree: Tree) {
  const path = temporaryPath()
  for (const [file, content] of Object.entries(tree)) {
    const at = join(path.folder, file)
    mkdirSync(dirname(at), { recursive: true })
    if (typeof content !== 'string') symlinkSync(content.to, at)
    else writeFileSync(at, content.replaceAll(/=(?=\/(run|usr)\/)/g, `=${path.folder}`), { mode: 0o755 })
  }
  return path
}

describe.each(shells)('a service read by $name', (shell) => {
  test.each<readonly [what: string, tree: Tree, service: object]>([
    ['runs', started, RUNS],
    ['runs under its supervisor', supervised, { ...RUNS, pid: 701 }],
    ['not installed', {}, { ...DOWN, exists: false, enabled: false, stopped: true }],
    [
      'removed, and still in its runlevel',
      { '/etc/runlevels/default/keepalived': { to: '/etc/init.d/gone' } },
      { ...DOWN, exists: false, stopped: true },
    ],
    ['stopped', known, { ...DOWN, stopped: true }],
    ['disabled', { ...started, '/etc/runlevels/default/keepalived': '' }, { ...RUNS, enabled: false }],
    [
      'enabled before the others',
      { '/etc/init.d/keepalived': '', '/etc/runlevels/boot/keepalived': { to: '/etc/init.d/keepalived' } },
      { ...DOWN, stopped: true },
    ],
    ['gone, though OpenRC was told it runs', { ...started, '/proc/700/comm': '' }, { ...DOWN, stopped: true }],
    ['another program has its number', { ...started, '/proc/700/comm': 'sleep\n' }, { ...DOWN, stopped: true }],
    ['about to be started again', { ...supervised, '/proc/701/comm': 'sleep\n' }, { ...DOWN, stopped: false }],
    [
      'neither it nor its supervisor is there',
      { ...supervised, '/proc/700/comm': '', '/proc/701/comm': '' },
      { ...DOWN, stopped: true },
    ],
    ['its program was replaced', { ...started, ...replaced(700) }, { ...RUNS, stale: 'replaced' }],
    ['its program was removed', { ...started, '/proc/700/exe': { to: '/usr/sbin/keepalived (deleted)' } }, RUNS],
    [
      'starting',
      { ...started, '/run/openrc/starting/keepalived': { to: '/etc/init.d/keepalived' } },
      { ...RUNS, active: false },
    ],
    [
      'stopping',
      { ...started, '/run/openrc/stopping/keepalived': { to: '/etc/init.d/keepalived' } },
      { ...RUNS, active: false },
    ],
    [
      'without the supervisor it shall have',
      { ...started, '/etc/conf.d/keepalived': SETTINGS },
      { ...RUNS, stale: 'restart' },
    ],
    [
      'not started: it will get its supervisor',
      { ...known, '/etc/conf.d/keepalived': SETTINGS },
      { ...DOWN, stopped: true },
    ],
    [
      'without a process of its own',
      { ...known, '/run/openrc/started/keepalived': { to: '/etc/init.d/keepalived' } },
      { ...RUNS, pid: 0 },
    ],
  ])('%s', async (_, tree, service) => {
    const { folder, environment } = host(tree)
    // As it is used: between the parentheses of a substitution, and between braces.
    const snippet = below(folder, openrc.state('keepalived'))
    const { stdout } = await runShell(shell, `state=$(${snippet})\nprintf '%s\\n' "$state"`, environment)
    expect(parseService(stdout)).toEqual(service)
    const again = await runShell(shell, `state() { ${snippet}; }\n{ state; } | cat`, environment)
    expect(again.stdout).toBe(stdout)
  })

  test.each<readonly [what: string, snippet: string, tree: Tree, asked: string]>([
    ['a reload', openrc.reload('keepalived'), started, 'rc-service keepalived reload'],
    ['a reload under a supervisor', openrc.reload('keepalived'), supervised, 'kill -HUP 701'],
    [
      'a reload of what lacks its supervisor',
      openrc.reload('keepalived'),
      { ...started, '/etc/conf.d/keepalived': SETTINGS },
      'rc-service keepalived restart',
    ],
    ['a start', openrc.start('keepalived'), known, 'rc-service keepalived start'],
    [
      'a start of what died',
      openrc.start('keepalived'),
      started,
      'rc-service -q keepalived stop; rc-service -q keepalived zap; rc-service keepalived start',
    ],
    [
      'a replaced program without a supervisor',
      openrc.rereadUnits('keepalived'),
      { ...started, ...replaced(700) },
      'rc-service keepalived reload',
    ],
    [
      'a replaced program under a supervisor',
      openrc.rereadUnits('keepalived'),
      { ...supervised, ...replaced(701) },
      'rc-service keepalived restart',
    ],
    ['settings that it runs with', openrc.rereadUnits('keepalived'), supervised, ''],
    [
      'settings that it does not run with',
      openrc.rereadUnits('keepalived'),
      { ...started, '/etc/conf.d/keepalived': SETTINGS },
      'rc-service keepalived restart',
    ],
  ])('%s', async (_, snippet, tree, asked) => {
    const path = host(tree)
    // kill is the shell's own.
    program(path, 'rc-service', `echo "rc-service $*"\n`)
    const script = `kill() { echo "kill $*"; }\n${below(path.folder, snippet)}`
    const { stdout } = await runShell(shell, script, path.environment)
    expect(stdout.trim().replaceAll('\n', '; ')).toBe(asked)
  })
})

test('what OpenRC has none of is no work', () => {
  expect([openrc.hold(['x']), openrc.release(['x']), openrc.unmask('x')]).toEqual([':', ':', ':'])
})

test.each([
  [2500, '2'],
  [5000, '5'],
  [250, '0'],
])('%i ms are %s whole seconds of respawn_delay', (delay, seconds) => {
  expect(openrc.restartDropIn('keepalived', delay).content).toContain(`respawn_delay="${seconds}"\n`)
})
