import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Event } from '../../../src/engine/events.ts'
import { createReport } from '../../../src/report/index.ts'
import { failing, finished, hostDone, nothingToDo, planned, started } from './events.ts'
import { TestPipe, TestTerminal } from './terminal.ts'

beforeEach(async () => {
  vi.stubEnv('FORCE_COLOR', undefined)
  // Loaded before the clock is stopped: the view comes with the next microtasks then.
  await import('../../../src/report/tasks.ts')
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance', 'Date'] })
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllEnvs()
})

function live(terminal: TestTerminal, options: { verbose?: boolean; stderr?: TestPipe; command?: string } = {}) {
  const { verbose = false, stderr = terminal, command = 'up' } = options
  const report = createReport({ command, json: false, verbose, stdout: terminal, stderr, interactive: true })
  return {
    ...report,
    /** Emits, and lets the view draw. */
    async play(events: readonly Event[], milliseconds = 150): Promise<void> {
      for (const event of events) report.emit(event)
      for (let turn = 0; turn < 10; turn += 1) await new Promise(setImmediate)
      await vi.advanceTimersByTimeAsync(milliseconds)
    },
  }
}

const manyHosts = Array.from({ length: 100 }, (_, index) => `lb${index + 1}`)
const manyStarted: Event = { type: 'run-started', command: 'up', cluster: 'big', hosts: manyHosts }

describe('live view', () => {
  it('shows a line a host with what it is doing now', async () => {
    const terminal = new TestTerminal()
    const view = live(terminal)
    await view.play([started])
    expect(await terminal.screen()).toEqual(['· lb1', '· lb2'])
    expect(terminal.cursorShown).toBe(false)
    await view.play([{ type: 'doing', host: 'lb1', what: 'gathering\nfacts' }, ...planned.slice(1)])
    expect(await terminal.screen()).toEqual(['▸ lb1            gathering facts', '· lb2            nothing to do'])
    await view.play([], 3000)
    expect(await terminal.screen()).toEqual(['▸ lb1       3 s  gathering facts', '· lb2            nothing to do'])
    await view.play([hostDone('lb2'), { type: 'waiting', what: 'for exactly one holder' }])
    expect(await terminal.screen()).toEqual([
      '▸ lb1       3 s  gathering facts',
      '✔ lb2     1.0 s  as wanted',
      'waiting: for exactly one holder',
    ])
    await view.close()
  })

  it('puts what was done above the rows, and the summary in their place', async () => {
    const terminal = new TestTerminal(100, 40)
    const view = live(terminal)
    for (const event of failing.slice(0, -1)) await view.play([event])
    expect(await terminal.screen()).toMatchInlineSnapshot(`
      [
        "warning: lb2 runs a kernel",
        "    that is old",
        "order:",
        "  1. lb2",
        "  2. lb1, which holds api",
        "  note: no gap is expected",
        "lb1: package[haproxy]: installed (12 s)",
        "lb1: file[/etc/haproxy/haproxy.cfg]: write failed: haproxy -c: line 2",
        "lb1: put back: /etc/haproxy/haproxy.cfg",
        "lb1: → look at line 2",
        "✘ lb1     1.0 s  failed: file[/etc/haproxy/haproxy.cfg]",
        "✔ lb2     1.0 s  as wanted",
      ]
    `)
    await view.play(failing.slice(-1))
    expect(terminal.cursorShown).toBe(true)
    await view.close()
    expect(await terminal.screen()).toMatchInlineSnapshot(`
      [
        "warning: lb2 runs a kernel",
        "    that is old",
        "order:",
        "  1. lb2",
        "  2. lb1, which holds api",
        "  note: no gap is expected",
        "lb1: package[haproxy]: installed (12 s)",
        "lb1: file[/etc/haproxy/haproxy.cfg]: write failed: haproxy -c: line 2",
        "lb1: put back: /etc/haproxy/haproxy.cfg",
        "lb1: → look at line 2",
        "",
        "host  package  file  loaded  time",
        "lb1   ✔ 1 ● 1  ✘ 1   ○ 1     1.0 s",
        "lb2   ✔ 2      ✔ 1   ✔ 1     1.0 s",
        "✔ unchanged  ● changed  ○ not done  ✘ failed",
        "",
        "lb1: failed: file[/etc/haproxy/haproxy.cfg]",
        "lb1: not done: loaded[haproxy]",
        "lb1: changed: package[haproxy]",
        "",
        "lab: failed, 1 resource failed, 1 resource changed (1.2 s)",
        "  → mend what failed and run \`ha-provision up\` again: what is done is not done twice",
      ]
    `)
  })

  it('shows the same end, however quickly it came', async () => {
    const terminal = new TestTerminal(100, 40)
    const view = live(terminal)
    for (const event of nothingToDo) view.emit(event)
    await view.close()
    expect(await terminal.all()).toEqual([
      'lab: nothing to do, 2 hosts, 14 resources as wanted, api 10.0.0.100 held by lb1 (1.2 s)',
    ])
    expect(terminal.cursorShown).toBe(true)
  })

  it('gives errors to stderr and keeps its rows whole', async () => {
    const [terminal, stderr] = [new TestTerminal(), new TestPipe()]
    const view = live(terminal, { stderr })
    await view.play([started])
    await view.play([{ type: 'error', host: 'lb1', message: 'no space left', mend: 'make room' }])
    expect(stderr.text).toBe('lb1: error: no space left\n  → make room\n')
    expect(await terminal.screen()).toEqual(['· lb1', '· lb2'])
    await view.close()
  })

  it('leaves the rows and gives the cursor back when a run ends without a word', async () => {
    const terminal = new TestTerminal()
    const view = live(terminal)
    await view.play([started, { type: 'doing', host: 'lb1', what: 'facts' }])
    await view.close()
    expect(terminal.cursorShown).toBe(true)
    expect(await terminal.screen()).toEqual(['▸ lb1            facts', '· lb2'])
    expect(terminal.listenerCount('resize')).toBe(0)
  })

  it('gives the cursor back when the program exits', async () => {
    const terminal = new TestTerminal()
    const before = process.listenerCount('exit')
    const view = live(terminal)
    await view.play([started])
    expect(process.listenerCount('exit')).toBe(before + 1)
    view.emit({ type: 'warning', message: 'said last' })
    process.listeners('exit').at(-1)?.(0)
    expect(terminal.cursorShown).toBe(true)
    expect(await terminal.screen()).toEqual(['warning: said last', '· lb1', '· lb2'])
    await view.close()
    expect(process.listenerCount('exit')).toBe(before)
  })

  it('fits every size, and leaves nothing behind when that changes', async () => {
    const terminal = new TestTerminal(80, 24)
    const view = live(terminal)
    const long = 'a path that is much longer than the terminal is wide /etc/haproxy/haproxy.cfg'
    await view.play([started, { type: 'doing', host: 'lb1', what: long }, { type: 'doing', host: 'lb2', what: long }])
    await terminal.resize(40, 24)
    await view.play([])
    expect(await terminal.all()).toEqual([
      '▸ lb1            a path that is much l…',
      '▸ lb2            a path that is much l…',
    ])
    await terminal.resize(120, 10)
    await view.play([{ type: 'doing', host: 'lb2', what: 'short' }])
    expect(await terminal.all()).toEqual([`▸ lb1            ${long}`, '▸ lb2            short'])
    await terminal.resize(30, 10)
    await terminal.resize(60, 8)
    await view.play([finished('nothing to do')])
    expect(await terminal.all()).toEqual(['lab: nothing to do, 2 hosts (1.2 s)'])
    await view.close()
  })

  it('shows of many hosts those that matter, and counts the others', async () => {
    const terminal = new TestTerminal(60, 6)
    const view = live(terminal)
    await view.play([
      manyStarted,
      ...manyHosts.slice(0, 40).map((host) => hostDone(host)),
      { type: 'doing', host: 'lb50', what: 'facts' },
      { type: 'unreachable', host: 'lb99', message: 'refused', mend: undefined },
    ])
    expect(await terminal.screen()).toEqual([
      '· lb41',
      '· lb42',
      '▸ lb50            facts',
      '✘ lb99            refused',
      '… 96 more: 56 waiting, 40 done',
    ])
    await view.play(manyHosts.map((host) => hostDone(host)))
    await terminal.resize(60, 4)
    await view.play([])
    expect((await terminal.screen()).at(-1)).toBe('… 98 more: 98 done')
    await view.play([finished('nothing to do')])
    expect(await terminal.screen()).toEqual(['big: nothing to do, 2 hosts, 400 resources as wanted (1.2 s)'])
    await view.close()
  })

  it('costs next to nothing for 100 hosts and 1000 events of each', async () => {
    const terminal = new TestTerminal(100, 50)
    const view = live(terminal)
    await view.play([manyStarted])
    const [writes, bytes, cpu] = [terminal.writes, terminal.bytes, process.cpuUsage()]
    for (let second = 0; second < 10; second += 1) {
      const events = manyHosts.flatMap((host) => {
        return Array.from({ length: 100 }, (_, n): Event => ({ type: 'doing', host, what: `step ${second} ${n}` }))
      })
      await view.play(events, 1000)
    }
    const { user, system } = process.cpuUsage(cpu)
    // At most one write each 100 ms, and of a write only the rows that changed.
    expect(terminal.writes - writes).toBeLessThanOrEqual(100)
    expect(terminal.bytes - bytes).toBeLessThan(100 * 50 * 60)
    expect((user + system) / 1e6).toBeLessThan(3)
    await view.close()
  })

  it('writes nothing while nothing changes, and only the rows that do', async () => {
    const terminal = new TestTerminal()
    const view = live(terminal)
    await view.play([started, ...planned], 500)
    const { writes } = terminal
    await view.play([...planned], 10_000)
    expect(terminal.writes).toBe(writes)
    const { bytes } = terminal
    await view.play([{ type: 'doing', host: 'lb2', what: 'locking' }])
    expect(terminal.writes).toBe(writes + 1)
    expect(terminal.bytes - bytes).toBeLessThan(80)
    await view.close()
  })

  it('shows one run after the other', async () => {
    const terminal = new TestTerminal(100, 20)
    const view = live(terminal)
    await view.play([
      started,
      finished('nothing to do'),
      { ...started, type: 'run-started', command: 'up', cluster: 'two', hosts: ['x'] },
    ])
    expect(await terminal.screen()).toEqual(['lab: nothing to do, 2 hosts (1.2 s)', '· x'])
    await view.play([finished('done')])
    expect(await terminal.screen()).toEqual(['lab: nothing to do, 2 hosts (1.2 s)', 'two: done, 2 hosts (1.2 s)'])
    await view.close()
  })

  it('ends where a cluster is called like its host, and a run was never told to be over', async () => {
    const terminal = new TestTerminal()
    const view = live(terminal)
    const same: Event = { type: 'run-started', command: 'up', cluster: 'lb1', hosts: ['lb1'] }
    await view.play([same, same])
    await view.close()
    expect(await terminal.screen()).toEqual(['· lb1'])
  })

  it('takes a terminal that does not know its size for a usual one', async () => {
    const terminal = new TestTerminal()
    terminal.columns = 0
    terminal.rows = 0
    const view = live(terminal)
    await view.play([started])
    expect(await terminal.screen()).toEqual(['· lb1', '· lb2'])
    await view.close()
  })

  it('shows a plan in place of its rows', async () => {
    const terminal = new TestTerminal(60, 30)
    const view = live(terminal, { command: 'plan' })
    await view.play([started, ...planned])
    await view.play([finished('changes', { command: 'plan' })])
    expect((await terminal.screen()).slice(0, 3)).toEqual([
      'lb1: 3 of 7 resources',
      '  package[haproxy] version: absent → 2.6.12-1',
      '  file[/etc/haproxy/haproxy.cfg] mode: 0644 → 0640',
    ])
    await view.close()
  })
})
