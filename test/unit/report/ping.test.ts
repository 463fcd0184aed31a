import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Event } from '../../../src/engine/events.ts'
import { createReport } from '../../../src/report/index.ts'
import { finished, hostDone } from './events.ts'
import { TestPipe, TestTerminal } from './terminal.ts'

type Ping = Extract<Event, { type: 'ping' }>

beforeEach(() => {
  vi.stubEnv('FORCE_COLOR', undefined)
  vi.stubEnv('NO_COLOR', undefined)
})
afterEach(() => vi.unstubAllEnvs())

const started: Event = { type: 'run-started', command: 'ping', cluster: 'lab', hosts: ['lb1', 'lb2', 'lb3'] }

const well: Ping = {
  type: 'ping',
  host: 'lb1',
  state: 'well',
  user: 'ops',
  way: [],
  transport: 'ssh2',
  hostKey: { type: 'ssh-ed25519', fingerprint: 'SHA256:8nq3VJ0cLLkmSbRGi0r1XhRZ2NsyHI2uOQmFQ1dU3dk' },
  roundTrip: 0.000_421,
  become: 'sudo',
  problem: undefined,
}
const noRoot: Ping = {
  ...well,
  host: 'lb2',
  state: 'no root',
  way: ['bastion', 'inner'],
  roundTrip: 0.0461,
  become: undefined,
  problem: { message: 'user ops may not use sudo; it said:\nsudo: no', mend: 'let it' },
}
const unreachable: Ping = {
  ...well,
  host: 'lb3',
  state: 'unreachable',
  hostKey: undefined,
  roundTrip: undefined,
  become: undefined,
  problem: { message: '10.0.0.3 port 22 cannot be reached: connect ECONNREFUSED', mend: 'is sshd running?' },
}
const connected: Event = { type: 'connected', host: 'lb1', seconds: 0.2 }
const refused: Event = { type: 'unreachable', host: 'lb3', message: 'told by its row', mend: undefined }

const all = [started, connected, refused, unreachable, noRoot, well, finished('failed', { command: 'ping' })]

async function plain(events: readonly Event[]) {
  const [stdout, stderr] = [new TestPipe(), new TestPipe()]
  const report = createReport({ command: 'ping', json: false, verbose: false, stdout, stderr, interactive: false })
  for (const event of events) report.emit(event)
  await report.close()
  return { stdout: stdout.text, stderr: stderr.text }
}

async function onTerminal(events: readonly Event[], columns: number): Promise<string> {
  const terminal = new TestTerminal(columns, 60)
  const options = { command: 'ping', json: false, verbose: false, stdout: terminal, stderr: terminal }
  const report = createReport({ ...options, interactive: true })
  for (const event of events) report.emit(event)
  await report.close()
  return (await terminal.all()).map((line) => line.trimEnd()).join('\n')
}

describe('a ping', () => {
  it('is a table in the order of the inventory, and below it what is wrong', async () => {
    const { stdout, stderr } = await plain(all)
    expect(stdout).toMatchInlineSnapshot(`
      "lab: ping, 3 hosts: lb1, lb2, lb3

      host  round trip  user  host key                                                        way              transport  become  state
      lb1   0.42 ms     ops   ssh-ed25519 SHA256:8nq3VJ0cLLkmSbRGi0r1XhRZ2NsyHI2uOQmFQ1dU3dk  direct           ssh2       sudo    well
      lb2   46 ms       ops   ssh-ed25519 SHA256:8nq3VJ0cLLkmSbRGi0r1XhRZ2NsyHI2uOQmFQ1dU3dk  bastion → inner  ssh2       –       no root
      lb3   –           ops   –                                                               direct           ssh2       –       unreachable

      lb2: user ops may not use sudo; it said:
          sudo: no
        → let it
      lb3: 10.0.0.3 port 22 cannot be reached: connect ECONNREFUSED
        → is sshd running?

      lab: failed, lb2 without root, lb3 not reached (1.2 s)
        → mend what failed and run \`ha-provision ping\` again
      "
    `)
    expect(stderr).toBe('')
  })

  it('that went well says no more', async () => {
    const { stdout } = await plain([{ ...started, hosts: ['lb1'] }, well, finished('done', { command: 'ping' })])
    expect(stdout).toMatchInlineSnapshot(`
      "lab: ping, 1 host: lb1

      host  round trip  user  host key                                                        way     transport  become  state
      lb1   0.42 ms     ops   ssh-ed25519 SHA256:8nq3VJ0cLLkmSbRGi0r1XhRZ2NsyHI2uOQmFQ1dU3dk  direct  ssh2       sudo    well

      lab: done, 2 hosts (1.2 s)
      "
    `)
  })

  it.each([
    [0.000_999, '1.00 ms'],
    [0.001, '1.0 ms'],
    [0.009_94, '9.9 ms'],
    [0.204, '204 ms'],
  ])('of %d s', async (roundTrip, text) => {
    const { stdout } = await plain([started, { ...well, roundTrip }, finished('done', { command: 'ping' })])
    expect(stdout).toContain(`lb1   ${text} `)
  })

  it('is two tables where one has no room', async () => {
    expect(await onTerminal(all, 80)).toMatchInlineSnapshot(`
      "
      host  round trip  user  way              transport  become  state
      lb1   0.42 ms     ops   direct           ssh2       sudo    well
      lb2   46 ms       ops   bastion → inner  ssh2       –       no root
      lb3   –           ops   direct           ssh2       –       unreachable

      host  host key
      lb1   ssh-ed25519 SHA256:8nq3VJ0cLLkmSbRGi0r1XhRZ2NsyHI2uOQmFQ1dU3dk
      lb2   ssh-ed25519 SHA256:8nq3VJ0cLLkmSbRGi0r1XhRZ2NsyHI2uOQmFQ1dU3dk
      lb3   –

      lb2: user ops may not use sudo; it said:
          sudo: no
        → let it
      lb3: 10.0.0.3 port 22 cannot be reached: connect ECONNREFUSED
        → is sshd running?

      lab: failed, lb2 without root, lb3 not reached (1.2 s)
        → mend what failed and run \`ha-provision ping\` again"
    `)
  })

  it('is a paragraph a host where two have none', async () => {
    expect(await onTerminal(all, 66)).toMatchInlineSnapshot(`
      "
      lb1
        round trip  0.42 ms
        user        ops
        host key    ssh-ed25519 SHA256:8nq3VJ0cLLkmSbRGi0r1XhRZ2NsyHI2uO
      QmFQ1dU3dk
        way         direct
        transport   ssh2
        become      sudo
        state       well
      lb2
        round trip  46 ms
        user        ops
        host key    ssh-ed25519 SHA256:8nq3VJ0cLLkmSbRGi0r1XhRZ2NsyHI2uO
      QmFQ1dU3dk
        way         bastion → inner
        transport   ssh2
        become      –
        state       no root
      lb3
        round trip  –
        user        ops
        host key    –
        way         direct
        transport   ssh2
        become      –
        state       unreachable

      lb2: user ops may not use sudo; it said:
          sudo: no
        → let it
      lb3: 10.0.0.3 port 22 cannot be reached: connect ECONNREFUSED
        → is sshd running?

      lab: failed, lb2 without root, lb3 not reached (1.2 s)
        → mend what failed and run \`ha-provision ping\` again"
    `)
  })

  it('is the table on a terminal that is wide enough', async () => {
    const lines = (await onTerminal([...all.slice(0, -1), hostDone('lb1', {}), ...all.slice(-1)], 160)).split('\n')
    expect(lines.filter((line) => /^lb\d +[\d–]/.test(line))).toHaveLength(3)
  })

  it('shows nothing of a host that a terminal would obey', async () => {
    const evil: Ping = { ...well, user: 'ops\u001b[2J', problem: { message: 'a\u0007b', mend: undefined } }
    const { stdout } = await plain([started, evil, finished('failed', { command: 'ping' })])
    expect(stdout).not.toMatch(/[\u0007\u001b]/)
  })
})
