import { createServer, type Server } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import { listenerCheck } from '../../../src/checks/listener.ts'
import { debian } from '../../../src/platform/debian.ts'
import { program, temporaryPath } from '../support/programs.ts'
import { runShell, shells } from '../support/shells.ts'
import { samplesOf, verdicts } from './samples.ts'

const LOG = 'journalctl -u haproxy'
const check = listenerCheck([6443, 9000], LOG)

describe('judged', () => {
  test('haproxy on every port', () => {
    expect(check.judge(samplesOf({ lb1: '6443 haproxy\n9000 haproxy\n' }), [])).toEqual([
      { check: 'listener', host: 'lb1', status: 'passed', message: 'haproxy listens on 6443, 9000' },
    ])
  })

  test('both families of one port are one', () => {
    expect(verdicts(check.judge(samplesOf({ lb1: '6443 haproxy\n6443 haproxy\n9000 haproxy\n' }), []))).toEqual([
      ['listener', 'lb1', 'passed'],
    ])
  })

  test('a port that nobody listens on', () => {
    const findings = check.judge(samplesOf({ lb1: '6443 haproxy\n' }), [])
    expect(verdicts(findings)).toEqual([['listener', 'lb1', 'failed']])
    expect(findings[0]?.message).toBe('nothing listens on port 9000')
  })

  test('somebody else, named with its process', () => {
    const findings = check.judge(samplesOf({ lb1: '6443 foreign kube-apiserver 4711\n9000 haproxy\n' }), [])
    expect(verdicts(findings)).toEqual([['listener[6443]', 'lb1', 'failed']])
    expect(findings[0]?.message).toBe('port 6443 is held by kube-apiserver (process 4711), not by haproxy')
  })

  test('somebody else beside haproxy is a failure and no pass', () => {
    expect(verdicts(check.judge(samplesOf({ lb1: '6443 haproxy\n6443 foreign nc 7\n9000 haproxy\n' }), []))).toEqual([
      ['listener[6443]', 'lb1', 'failed'],
    ])
  })

  test('nothing at all', () => {
    const findings = check.judge(samplesOf({ lb1: '', lb2: '6443 haproxy\n9000 haproxy\n' }), [])
    expect(verdicts(findings)).toEqual([
      ['listener', 'lb1', 'failed'],
      ['listener', 'lb2', 'passed'],
    ])
    expect(findings[0]?.message).toBe('nothing listens on port 6443 and 9000')
  })

  test('a port that begins alike is another', () => {
    expect(verdicts(listenerCheck([644], LOG).judge(samplesOf({ lb1: '6443 haproxy\n' }), []))).toEqual([
      ['listener', 'lb1', 'failed'],
    ])
  })

  test('somebody else on a port is in the way of a change, and a port that is free is not', () => {
    expect(
      verdicts(check.obstacles?.(samplesOf({ lb1: '6443 foreign nginx 7\n', lb2: '6443 haproxy\n' })) ?? []),
    ).toEqual([['listener[6443]', 'lb1', 'failed']])
  })
})

/** A port of this machine that this process listens on. */
function listening(address: string): Promise<number> {
  return new Promise((resolve) => {
    const server: Server = createServer().listen(0, address, () => {
      const at = server.address()
      resolve(typeof at === 'object' && at !== null ? at.port : 0)
    })
    onTestFinished(() => {
      server.close()
    })
  })
}

describe.each(shells)('probed by $name', (shell) => {
  async function probe(ports: readonly number[], haproxy: string): Promise<readonly string[]> {
    const path = temporaryPath()
    program(path, 'pidof', `[ "$*" = haproxy ] || exit 9\n${haproxy}\n`)
    const { stdout } = await runShell(shell, listenerCheck(ports, LOG).probe(debian), path.environment)
    return stdout.split('\n').filter((line) => line !== '')
  }

  test('a port whose socket is haproxy’s is haproxy’s', async () => {
    const port = await listening('127.0.0.1')
    expect(await probe([port], `echo ${process.pid}`)).toEqual([`${port} haproxy`])
  })

  test('a port of another process is foreign, and the process is named', async () => {
    const port = await listening('127.0.0.1')
    const [row = ''] = await probe([port], 'exit 1')
    expect(row).toMatch(new RegExp(`^${port} foreign .+ ${process.pid}$`))
  })

  test('a port that nobody listens on is not told', async () => {
    const port = await listening('127.0.0.1')
    expect(await probe([1, port], `echo ${process.pid}`)).toEqual([`${port} haproxy`])
  })

  test('IPv6 is looked at too', async () => {
    const port = await listening('::1')
    expect(await probe([port], `echo ${process.pid}`)).toEqual([`${port} haproxy`])
  })
})
