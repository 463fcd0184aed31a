import { PassThrough } from 'node:stream'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Event } from '../../../src/engine/events.ts'
import { maskPair, unifiedDiff } from '../../../src/lib/diff.ts'
import { Secret } from '../../../src/lib/secret.ts'
import { createReport, renderPlan } from '../../../src/report/index.ts'
import { failing, finished, hostDone, nothingToDo, order, planned, started, vip } from './events.ts'
import { TestPipe, TestTerminal } from './terminal.ts'

beforeEach(() => {
  vi.stubEnv('FORCE_COLOR', undefined)
  vi.stubEnv('NO_COLOR', undefined)
})
afterEach(() => vi.unstubAllEnvs())

async function shown(events: readonly Event[], options: { json?: boolean; verbose?: boolean; command?: string } = {}) {
  const [stdout, stderr] = [new TestPipe(), new TestPipe()]
  const { json = false, verbose = false, command = 'up' } = options
  const report = createReport({ command, json, verbose, stdout, stderr, interactive: false })
  for (const event of events) report.emit(event)
  await report.close()
  return { stdout: stdout.text, stderr: stderr.text }
}

describe('plain lines', () => {
  it('tell a failure, what was done and not done, and what to do', async () => {
    const { stdout, stderr } = await shown(failing)
    expect(stdout).toMatchInlineSnapshot(`
      "lab: up, 2 hosts: lb1, lb2
      lb1: connected (0.2 s)
      lb2: connected (0.3 s)
      lb1: 3 of 7 resources to change: package[haproxy], file[/etc/haproxy/haproxy.cfg], loaded[haproxy]
      lb2: 7 resources as wanted
      order:
        1. lb2
        2. lb1, which holds api
        note: no gap is expected
      lb1: package[haproxy]: installed (12 s)
      lb1: put back: /etc/haproxy/haproxy.cfg

      host  package  file  loaded  time
      lb1   ✔ 1 ● 1  ✘ 1   ○ 1     1.0 s
      lb2   ✔ 2      ✔ 1   ✔ 1     1.0 s
      ✔ unchanged  ● changed  ○ not done  ✘ failed

      lb1: failed: file[/etc/haproxy/haproxy.cfg]
      lb1: not done: loaded[haproxy]
      lb1: changed: package[haproxy]

      lab: failed, 1 resource failed, 1 resource changed (1.2 s)
        → mend what failed and run \`ha-provision up\` again: what is done is not done twice
      "
    `)
    expect(stderr).toMatchInlineSnapshot(`
      "warning: lb2 runs a kernel
          that is old
      lb1: file[/etc/haproxy/haproxy.cfg]: write failed: haproxy -c: line 2
      lb1: → look at line 2
      "
    `)
  })

  it('are few when there is nothing to do', async () => {
    const { stdout, stderr } = await shown(nothingToDo)
    expect(stdout).toMatchInlineSnapshot(`
      "lab: up, 2 hosts: lb1, lb2
      lb1: connected (0.2 s)
      lb2: connected (0.3 s)
      lb1: 7 resources as wanted
      lb2: 7 resources as wanted
      lab: nothing to do, 2 hosts, 14 resources as wanted, api 10.0.0.100 held by lb1 (1.2 s)
      "
    `)
    expect(stderr).toBe('')
  })

  it('tell everything with --verbose', async () => {
    const { stdout } = await shown([...nothingToDo.slice(0, -1), planned[0] ?? started, finished('nothing to do')], {
      verbose: true,
    })
    expect(stdout).toMatchInlineSnapshot(`
      "lab: up, 2 hosts: lb1, lb2
      lb1: connected (0.2 s)
      lb2: connected (0.3 s)
      lb1: 7 resources as wanted
      lb2: 7 resources as wanted
      vip[api] passed: api 10.0.0.100 held by lb1
      lb1: 3 of 7 resources
        package[haproxy] version: absent → 2.6.12-1
        file[/etc/haproxy/haproxy.cfg] mode: 0644 → 0640
          --- /etc/haproxy/haproxy.cfg
          +++ /etc/haproxy/haproxy.cfg
          @@ -1,2 +1,2 @@
           global
          -  maxconn 10
          +  maxconn 20
        loaded[haproxy] files: old → new

      host  package  file  loaded  time   executions
      lb1   ✔ 2      ✔ 1   ✔ 1     1.0 s  2
      lb2   ✔ 2      ✔ 1   ✔ 1     1.0 s  2
      ✔ unchanged

      lab: nothing to do, 2 hosts, 14 resources as wanted, api 10.0.0.100 held by lb1 (1.2 s)
      "
    `)
  })

  it('tell what was changed, what is not verified and what is out of sight', async () => {
    const done = await shown([
      started,
      vip,
      hostDone('lb1', { 'package[haproxy]': 'changed' }),
      finished('done', { changed: 1 }),
    ])
    expect(done.stdout).toMatchInlineSnapshot(`
      "lab: up, 2 hosts: lb1, lb2

      host  package  file  loaded  time
      lb1   ✔ 1 ● 1  ✔ 1   ✔ 1     1.0 s
      ✔ unchanged  ● changed

      lab: done, 2 hosts, 1 resource changed, 3 resources as wanted, api 10.0.0.100 held by lb1 (1.2 s)
      "
    `)
    const failed: Event = {
      ...vip,
      type: 'check',
      check: 'vip[api]',
      host: undefined,
      message: 'nobody holds api',
      status: 'failed',
    }
    const unverified = await shown([started, failed, failed, finished('not verified')])
    expect(unverified.stdout).toMatchInlineSnapshot(`
      "lab: up, 2 hosts: lb1, lb2
      vip[api] failed: nobody holds api
      lab: not verified, vip[api] failed (1.2 s)
        → mend what the checks say, then ask again with \`ha-provision verify\`
      "
    `)
    const unreachable: Event = {
      type: 'unreachable',
      host: 'lb2',
      message: 'connection refused',
      mend: 'is sshd running?',
    }
    const out = await shown([started, unreachable, finished('unreachable')])
    expect(out).toMatchInlineSnapshot(`
      {
        "stderr": "lb2: unreachable: connection refused
        → is sshd running?
      ",
        "stdout": "lab: up, 2 hosts: lb1, lb2
      lab: lb2 cannot be reached (1.2 s)
        → make lb2 reachable and run \`ha-provision up\` again, or leave it out with --limit
      ",
      }
    `)
    expect((await shown([started, finished('interrupted', { changed: 2 })])).stdout).toMatchInlineSnapshot(`
      "lab: up, 2 hosts: lb1, lb2
      lab: interrupted, 2 resources changed (1.2 s)
        → run \`ha-provision up\` again: it goes on where this one stopped
      "
    `)
  })

  it('show a plan as one text', async () => {
    const events: readonly Event[] = [
      started,
      ...planned,
      order,
      hostDone('lb2'),
      finished('changes', { command: 'plan' }),
    ]
    expect((await shown(events, { command: 'plan' })).stdout).toMatchInlineSnapshot(`
      "lab: up, 2 hosts: lb1, lb2
      lb1: 3 of 7 resources
        package[haproxy] version: absent → 2.6.12-1
        file[/etc/haproxy/haproxy.cfg] mode: 0644 → 0640
          --- /etc/haproxy/haproxy.cfg
          +++ /etc/haproxy/haproxy.cfg
          @@ -1,2 +1,2 @@
           global
          -  maxconn 10
          +  maxconn 20
        loaded[haproxy] files: old → new

      order:
        1. lb2
        2. lb1, which holds api
        note: no gap is expected

      lab: 3 resources on 1 host would change (1.2 s)
        → \`ha-provision up\` makes these changes
      "
    `)
  })

  it('tell what a host is, and none of its secrets', async () => {
    const facts: Event = {
      type: 'facts',
      host: 'lb1',
      facts: {
        host: 'lb1',
        os: { id: 'debian', idLike: [], version: '12', name: 'Debian GNU/Linux 12 (bookworm)' },
        platform: 'debian',
        init: 'systemd',
        notes: [],
        programs: ['apt-get', 'systemctl'],
        architecture: 'x86_64',
        hostname: 'lb1',
        user: { name: 'root', uid: 0 },
        interfaces: [{ name: 'eth0', addresses: [{ address: '10.0.0.11', prefix: 24, family: 4 }] }],
        versions: {
          haproxy: { version: '2.6.12', installed: true },
          keepalived: { version: '2.2.7', installed: false },
          corosync: { version: '3.1.7', installed: false },
          pacemaker: { version: '2.1.5', installed: false },
        },
        firewall: 'none',
        selinux: 'disabled',
        networkd: [],
        haproxyBuild: ['+OPENSSL'],
        repositories: [],
        free: { etc: 1, var: 1 },
        configs: {
          keepalived: new Secret('auth_pass hunter22'),
          haproxy: undefined,
          corosync: undefined,
          authkey: undefined,
        },
        members: undefined,
      },
    }
    const { stdout } = await shown([facts])
    expect(stdout).toMatchInlineSnapshot(`
      "lb1: Debian GNU/Linux 12 (bookworm), x86_64, systemd, handled as debian
        haproxy 2.6.12, keepalived not installed (2.2.7 is usual)
        eth0 10.0.0.11/24
      "
    `)
    expect((await shown([facts], { json: true })).stdout).not.toContain('hunter22')
  })

  it('count the hosts that are as wanted when there are many', async () => {
    const hosts = Array.from({ length: 100 }, (_, index) => `lb${index}`)
    const ends = hosts.map((host) => hostDone(host, host === 'lb7' ? { 'loaded[haproxy]': 'changed' } : {}))
    const { stdout } = await shown([
      { ...started, type: 'run-started', command: 'up', cluster: 'lab', hosts },
      ...ends,
      finished('done', { changed: 1 }),
    ])
    expect(stdout).toMatchInlineSnapshot(`
      "lab: up, 100 hosts: lb0, lb1, lb2, lb3, lb4, lb5, lb6, lb7 and 92 more

      host  package  file  loaded  time
      lb7   ✔ 2      ✔ 1   ● 1     1.0 s
      99 more hosts unchanged
      ✔ unchanged  ● changed

      lab: done, 2 hosts, 1 resource changed, 399 resources as wanted (1.2 s)
      "
    `)
  })

  it('end quietly when the reader goes away', async () => {
    const [stdout, stderr] = [new PassThrough(), new TestPipe()]
    const report = createReport({ command: 'up', json: false, verbose: false, stdout, stderr, interactive: false })
    report.emit(started)
    stdout.destroy(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }))
    await new Promise(setImmediate)
    for (const event of failing) report.emit(event)
    await report.close()
    expect(stderr.text).toContain('write failed')
  })

  it('say that results were lost', async () => {
    const [stdout, stderr] = [new PassThrough(), new TestPipe()]
    const report = createReport({ command: 'up', json: true, verbose: false, stdout, stderr, interactive: false })
    stdout.destroy(Object.assign(new Error('no space left on device'), { code: 'ENOSPC' }))
    await new Promise(setImmediate)
    await expect(report.close()).rejects.toThrow('the report could not be written: no space left on device')
  })
})

describe('JSON lines', () => {
  it('are the events, one a line, and nothing else', async () => {
    const { stdout, stderr } = await shown(failing, { json: true })
    const lines = stdout.trimEnd().split('\n')
    expect(lines.map((line): unknown => JSON.parse(line))).toEqual(JSON.parse(JSON.stringify(failing)))
    expect(lines.at(-1)).toBe(
      '{"type":"finished","command":"up","outcome":"failed","exitCode":0,"changed":1,"failed":1,"hosts":2,"executions":4,"seconds":1.24}',
    )
    expect(stderr).toBe('')
  })

  it('keep what a host said, in a form that does nothing to a terminal', async () => {
    const event: Event = { type: 'warning', message: '\u001b[2J\u009b2J\u202e' }
    const { stdout } = await shown([event], { json: true })
    expect(stdout).toBe('{"type":"warning","message":"\\u001b[2J\\u009b2J\\u202e"}\n')
    expect(JSON.parse(stdout)).toEqual(event)
  })
})

describe('renderPlan', () => {
  it('says when there is nothing to do', () => {
    expect(renderPlan(planned.slice(1), { colour: false })).toBe('nothing to do\n')
  })

  it('colours a diff', () => {
    const text = renderPlan(planned, { colour: true })
    expect(text).toContain('\u001b[32m+  maxconn 20\u001b[39m')
    expect(text).toContain('\u001b[31m-  maxconn 10\u001b[39m')
    expect(renderPlan(planned, { colour: false })).not.toContain('\u001b')
  })
})

describe('what is never shown', () => {
  const wanted = 'auth_pass new-secret\n'
  const secret = maskPair('auth_pass old-secret\n', wanted, [/auth_pass (\S+)/])
  const events: readonly Event[] = [
    started,
    {
      type: 'planned',
      host: 'lb1',
      total: 1,
      resources: [{ id: 'file[/k]', changes: [], diff: unifiedDiff('/k', secret.before, secret.after) }],
    },
    {
      type: 'action-failed',
      host: 'lb1',
      resource: 'file[/k]',
      what: 'write',
      message: 'bad \u001b]0;title\u0007\u009b5n\rrest',
    },
    { type: 'error', host: 'lb\u001b[1m1', message: 'x\u001b[2Jy', mend: 'z\u001b[3J' },
    finished('failed', { command: 'plan' }),
  ]

  it.each([{ command: 'plan' }, { command: 'up', verbose: true }, { json: true }])('a secret: %j', async (options) => {
    const { stdout, stderr } = await shown(events, options)
    expect(stdout).toContain('‹secret 2›')
    expect(stdout + stderr).not.toMatch(/(?:old|new)-secret/)
  })

  it('control characters of a host', async () => {
    const { stdout, stderr } = await shown(events)
    expect(stdout + stderr).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/)
    expect(stderr).toContain('lb\\x1b[1m1: error: x\\x1b[2Jy\n  → z\\x1b[3J\n')
  })
})

describe('colour', () => {
  async function coloured(stdout: TestTerminal | TestPipe): Promise<string> {
    const written: string[] = []
    const write = stdout._write.bind(stdout)
    stdout._write = (chunk: string, encoding, done) => {
      written.push(chunk)
      write(chunk, encoding, done)
    }
    const report = createReport({
      command: 'up',
      json: false,
      verbose: false,
      stdout,
      stderr: new TestPipe(),
      interactive: false,
    })
    for (const event of failing) report.emit(event)
    await report.close()
    return written.join('')
  }

  it('is for terminals', async () => {
    expect(await coloured(new TestTerminal())).toContain('\u001b[32minstalled\u001b[39m')
    expect(await coloured(new TestPipe())).not.toContain('\u001b')
  })

  it('can be forced and refused', async () => {
    vi.stubEnv('FORCE_COLOR', '1')
    expect(await coloured(new TestPipe())).toContain('\u001b[32m')
    vi.stubEnv('FORCE_COLOR', '0')
    expect(await coloured(new TestTerminal())).not.toContain('\u001b')
  })
})
