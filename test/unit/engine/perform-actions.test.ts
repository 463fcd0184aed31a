import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { Event } from '../../../src/engine/events.ts'
import { perform } from '../../../src/engine/perform/perform.ts'
import { actionScript, describeAction } from '../../../src/engine/perform/script.ts'
import type { Step } from '../../../src/engine/perform/step.ts'
import { ConnectionLostError, UnreachableError } from '../../../src/lib/errors.ts'
import { Secret, text } from '../../../src/lib/secret.ts'
import { debian } from '../../../src/platform/debian.ts'
import type { Action } from '../../../src/resources/action.ts'
import { fakeConnection } from '../support/fake-connection.ts'
import { ShellHost } from '../support/shell-host.ts'
import { me, wantedFile } from '../support/wanted.ts'

async function act(host: ShellHost, ...actions: readonly Action[]) {
  const events: Event[] = []
  const steps = actions.map((action, index): Step => ({ resources: [`r${index}`], action }))
  return { ...(await perform(host.connection, debian, steps, (event) => events.push(event))), events }
}

const remove = (path: string): Action => ({ do: 'remove', path })

describe('steps', () => {
  test('are done in order, in one execution, and told one by one', async () => {
    const host = new ShellHost()
    const path = join(host.folder, 'x y')
    const { done, error, events } = await act(
      host,
      { do: 'write', file: wantedFile(path) },
      { do: 'attributes', path, mode: '0751', ...me },
      remove(join(host.folder, 'was never there')),
    )
    expect(error).toBeUndefined()
    expect(done).toEqual(['r0', 'r1', 'r2'])
    expect(statSync(path).mode & 0o7777).toBe(0o751)
    expect(host.ran).toEqual([`write ${path}, set owner and mode of ${path}, remove ${host.folder}/was never there`])
    expect(events.map((event) => ('resource' in event ? `${event.type} ${event.resource}` : event.type))).toEqual([
      'action-started r0',
      'action-staged r0',
      'action-done r0',
      'action-started r1',
      'action-done r1',
      'action-started r2',
      'action-done r2',
    ])
  })

  test('the first that fails is the last that is tried', async () => {
    const host = new ShellHost()
    const kept = join(host.folder, 'kept')
    writeFileSync(kept, '')
    const { done, failed, error, events } = await act(
      host,
      remove(join(host.folder, 'a')),
      { do: 'attributes', path: join(host.folder, 'missing'), mode: '0644', ...me },
      remove(kept),
    )
    expect(done).toEqual(['r0'])
    expect(failed).toEqual(['r1'])
    expect(existsSync(kept)).toBe(true)
    expect(error?.describe()).toMatch(/^lb1: set owner and mode of .*missing failed \(exit status 1\): .*No such file/)
    expect(error?.mend).toContain('what was done stays done')
    expect(events.at(-1)).toMatchObject({ type: 'action-failed', resource: 'r1' })
  })

  test('a resource is done when all its steps are', async () => {
    const host = new ShellHost()
    const steps: Step[] = [
      { resources: ['both'], action: remove(join(host.folder, 'a')) },
      { resources: ['both', 'other'], action: { do: 'attributes', path: '/no/such', mode: '0644', ...me } },
    ]
    const { done, failed } = await perform(host.connection, debian, steps, () => undefined)
    expect(done).toEqual([])
    expect(failed).toEqual(['both', 'other'])
  })

  test('what an action prints is not taken for progress', async () => {
    const host = new ShellHost()
    host.program('rm', 'echo "0000 done 1"; echo "done 1"; exit 5\n')
    const { done, failed, error } = await act(host, remove('/x'), remove('/y'))
    expect([done, failed]).toEqual([[], ['r0']])
    expect(error?.message).toContain('it said nothing')
  })

  test('of what is said on stderr the last lines are told', async () => {
    const host = new ShellHost()
    host.program('rm', 'seq 30 >&2; exit 5\n')
    const { error } = await act(host, remove('/x'))
    expect(error?.message).toMatch(/: 21\n22\n[\s\S]*30$/)
  })

  test('an action of an earlier run that is still at work is not disturbed', async () => {
    const host = new ShellHost()
    const path = join(host.folder, 'x')
    mkdirSync(host.runtime)
    const orphan = spawn('flock', ['-n', join(host.runtime, 'action.lock'), 'sh', '-c', 'echo held; sleep 20'])
    onTestFinished(() => {
      orphan.kill()
    })
    await new Promise((resolve) => orphan.stdout.once('data', resolve))
    const { error, done } = await act(host, { do: 'write', file: wantedFile(path) })
    expect(error?.message).toContain('an action of an earlier run is still at work')
    expect(done).toEqual([])
    expect(existsSync(path)).toBe(false)
  })

  test('what is kept on a host is for root alone', async () => {
    const host = new ShellHost()
    await act(host, remove('/no/such/file'))
    expect(statSync(host.state).mode & 0o777).toBe(0o700)
    expect(statSync(host.runtime).mode & 0o777).toBe(0o700)
  })

  test('a connection that is lost is told, with what was done by then', async () => {
    const host = new ShellHost()
    const connection = fakeConnection('lb1', {
      run: async (command) => {
        await host.connection.run(command)
        throw new ConnectionLostError('gone', { where: 'lb1' })
      },
    })
    const steps: Step[] = [
      { resources: ['r0'], action: remove(join(host.folder, 'a')) },
      { resources: ['r1'], action: { do: 'attributes', path: '/no/such', mode: '0644', ...me } },
    ]
    expect(await perform(connection, debian, steps, () => undefined)).toMatchObject({
      done: ['r0'],
      failed: [],
      error: { message: 'gone', exitCode: 4 },
    })
  })

  test('with another lock than the run’s own nothing is begun', async () => {
    const host = new ShellHost()
    const kept = join(host.folder, 'kept')
    writeFileSync(kept, '')
    mkdirSync(host.runtime)
    writeFileSync(join(host.runtime, 'fence'), 'another\n')
    const steps: Step[] = [{ resources: ['r'], action: remove(kept) }]
    const lost = await perform(host.connection, debian, steps, () => undefined, 'own')
    expect(lost.error?.message).toContain('the lock is lost')
    expect(lost.done).toEqual([])
    expect(existsSync(kept)).toBe(true)
    const held = await perform(host.connection, debian, steps, () => undefined, 'another')
    expect([held.error, existsSync(kept)]).toEqual([undefined, false])
  })

  test('a member that cannot be reached is thrown, since nothing was done there', async () => {
    const connection = fakeConnection('lb1', { run: () => Promise.reject(new UnreachableError('gone')) })
    const steps: Step[] = [{ resources: ['r'], action: remove('/x') }]
    await expect(perform(connection, debian, steps, () => undefined)).rejects.toThrow(UnreachableError)
  })
})

describe('installing', () => {
  const install: Action = {
    do: 'install',
    packages: [
      { name: 'haproxy', version: '2.6.*' },
      { name: 'keepalived', version: undefined },
    ],
    holdUnits: ['haproxy', 'keepalived'],
  }

  function debianHost(installs: string): ShellHost {
    const host = new ShellHost()
    const log = `${host.folder}/calls`
    host.program(
      'systemctl',
      `case "$1" in show) [ "$4" = keepalived ] && echo ActiveState=active || echo ActiveState=inactive;; *) echo "systemctl $*" >>${log};; esac\n`,
    )
    host.program('dpkg', '[ "$1" = --audit ]\n')
    host.program(
      'apt-cache',
      'case "$1" in policy) echo "  Candidate: 1:2.2.7-1";; madison) echo " $2 | 3.0.1-1 | there Packages"; echo " $2 | 1:2.6.12-1 | there Packages";; esac\n',
    )
    host.program(
      'apt-get',
      `for last; do :; done; echo "apt-get … $last" >>${log}; echo "$*" >${host.folder}/words\n${installs}\n`,
    )
    return host
  }
  const calls = (host: ShellHost): readonly string[] =>
    readFileSync(join(host.folder, 'calls'), 'utf8').trim().split('\n')

  test('units that do not run yet are held back until it is done; one that runs is left alone', async () => {
    const host = debianHost('exit 0')
    expect((await act(host, install)).error).toBeUndefined()
    expect(calls(host)).toEqual([
      'systemctl -q mask --runtime haproxy',
      'apt-get … keepalived',
      'systemctl -q unmask --runtime haproxy keepalived',
    ])
    const words = readFileSync(join(host.folder, 'words'), 'utf8')
    expect(words).toContain('--force-confold')
    expect(words).toContain('--allow-downgrades install haproxy=1:2.6.12-1 keepalived')
  })

  test('a failure is told with the end of the log, and units are released all the same', async () => {
    const host = debianHost(
      'case "$*" in *update*) exit 0;; esac; echo "E: Unable to locate package haproxy"; exit 100',
    )
    const { error } = await act(host, install)
    expect(error?.message).toContain('install haproxy, keepalived failed')
    expect(error?.message).toContain('E: Unable to locate package haproxy')
    expect(calls(host)).toEqual([
      'systemctl -q mask --runtime haproxy',
      'apt-get … keepalived',
      'apt-get … update',
      'apt-get … keepalived',
      'systemctl -q unmask --runtime haproxy keepalived',
    ])
  })

  test('an index that does not know a package is refreshed first', async () => {
    const host = debianHost('exit 0')
    host.program('apt-cache', `[ -e ${host.folder}/words ] && echo "  Candidate: 1" || echo "  Candidate: (none)"\n`)
    const unpinned = { ...install, packages: install.packages.map(({ name }) => ({ name, version: undefined })) }
    expect((await act(host, unpinned)).error).toBeUndefined()
    expect(calls(host).slice(1, 3)).toEqual(['apt-get … update', 'apt-get … keepalived'])
  })

  test('a version that no repository has is told with those there are, and nothing is installed', async () => {
    const host = debianHost('exit 0')
    const { error } = await act(host, { ...install, packages: [{ name: 'haproxy', version: '9*' }] })
    expect(error?.message).toContain('the repositories have no haproxy that matches 9*; there are: 3.0.1-1 1:2.6.12-1')
    expect(calls(host)).not.toContain('apt-get … haproxy')
  })
})

test('every action has words without content', () => {
  const file = wantedFile('/etc/x', { content: text`${new Secret('hunter22')}` })
  const load = { unit: 'haproxy', files: [], provedBy: 'main-process' as const }
  const all: readonly (readonly [Action, string])[] = [
    [
      {
        do: 'install',
        packages: [
          { name: 'a', version: '1' },
          { name: 'b', version: undefined },
        ],
        holdUnits: [],
      },
      'install a, b',
    ],
    [{ do: 'user', name: 'u' }, 'create user u'],
    [{ do: 'write', file }, 'write /etc/x'],
    [{ do: 'attributes', path: '/etc/x', mode: '0644', owner: 'o', group: 'g' }, 'set owner and mode of /etc/x'],
    [remove('/etc/x'), 'remove /etc/x'],
    [{ do: 'sysctl', key: 'net.x', value: '1' }, 'set net.x to 1'],
    [{ do: 'enable', unit: 'u' }, 'enable u'],
    [{ do: 'disable', unit: 'u' }, 'disable u'],
    [{ do: 'unmask', unit: 'u' }, 'unmask u'],
    [{ do: 'stop', unit: 'u' }, 'stop u'],
    [{ do: 'reread-units', unit: 'keepalived' }, 'read unit files again'],
    [{ do: 'load', load }, 'load haproxy'],
    [{ do: 'record', load }, 'record what haproxy runs with'],
    [{ do: 'put-back', load, paths: ['/etc/x'], stop: false }, 'put back the files of haproxy'],
  ]
  for (const [action, words] of all) {
    expect(describeAction(action)).toBe(words)
    expect(actionScript(action, debian, 0).masked).not.toContain('hunter22')
  }
})

test.each<readonly [Action, string]>([
  [{ do: 'enable', unit: 'a b' }, "systemctl -q enable 'a b'\n"],
  [{ do: 'disable', unit: 'x' }, 'systemctl -q disable x\n'],
  [{ do: 'stop', unit: 'x' }, 'systemctl stop x\n'],
  [{ do: 'reread-units', unit: 'keepalived' }, 'systemctl daemon-reload\n'],
  [
    { do: 'sysctl', key: 'net/ipv4/conf/eth0.41/x', value: '1 2' },
    "printf '%s\\n' '1 2' >/proc/sys/net/ipv4/conf/eth0.41/x\n",
  ],
  [{ do: 'user', name: 'kc' }, 'useradd --system --no-create-home --user-group --shell /usr/sbin/nologin kc\n'],
  [{ do: 'unmask', unit: 'x' }, 'systemctl -q unmask --runtime x; systemctl -q unmask x\n'],
])('%j is %s', (action, script) => {
  expect(actionScript(action, debian, 0).reveal()).toBe(script)
})
