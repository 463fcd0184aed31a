import { describe, expect, test } from 'vitest'
import { overlap } from '../../../src/checks/check.ts'
import { serviceCheck } from '../../../src/checks/service.ts'
import { debian } from '../../../src/platform/debian.ts'
import { samplesOf } from './samples.ts'

describe('service', () => {
  const check = serviceCheck('keepalived', 'journalctl -u keepalived')

  test.each([
    ['load=loaded\nactive=active\nenabled=enabled\n', 'passed', 'keepalived runs and is enabled'],
    ['load=loaded\nactive=inactive\nenabled=enabled\n', 'failed', 'keepalived is not running'],
    ['load=loaded\nactive=activating\nenabled=enabled\n', 'failed', 'keepalived is not running'],
    [
      'load=loaded\nactive=active\nenabled=disabled\n',
      'failed',
      'keepalived is not enabled: it would not start at boot',
    ],
    [
      'load=loaded\nactive=failed\nenabled=disabled\n',
      'failed',
      'keepalived is not running, and is not enabled: it would not start at boot',
    ],
    [
      'load=masked\nactive=inactive\nenabled=masked\n',
      'failed',
      'keepalived is not running, and is masked: it cannot be started',
    ],
    ['load=not-found\nactive=inactive\nenabled=\n', 'failed', 'keepalived is not installed'],
  ])('%j: %s', (output, status, message) => {
    expect(check.judge(samplesOf({ lb1: output }), [])).toMatchObject([
      { check: 'service[keepalived]', host: 'lb1', status, message },
    ])
  })

  test('every member is judged', () => {
    const findings = check.judge(
      samplesOf({
        lb1: 'load=loaded\nactive=active\nenabled=enabled\n',
        lb2: 'load=loaded\nactive=failed\nenabled=enabled\n',
      }),
      [],
    )
    expect(findings.map(({ host, status }) => [host, status])).toEqual([
      ['lb1', 'passed'],
      ['lb2', 'failed'],
    ])
  })

  test('asks the init system', () => {
    expect(check.probe(debian)).toBe(debian.init.state('keepalived'))
  })
})

describe('overlap', () => {
  const during = (from: number, to: number) => ({ host: '', output: '', from, to })

  test.each([
    [[during(0, 10), during(5, 15), during(9, 20)], true],
    [[during(0, 10), during(10, 20)], true],
    [[during(0, 10), during(11, 20)], false],
    [[during(0, 10), during(5, 15), during(11, 20)], false],
    [[during(0, 100), during(1, 2)], true],
    [[during(3, 4)], true],
    [[], true],
  ])('%j: %s', (samples, together) => {
    expect(overlap(samples)).toBe(together)
    expect(overlap(samples.toReversed())).toBe(together)
  })
})

test('a unit that another one stops: its stop follows, and nothing else that is wrong with it', () => {
  const pacemaker = serviceCheck('pacemaker', 'log', 'pacemaker does not run', 'corosync does not run')
  const judged = (output: string) => pacemaker.judge(samplesOf({ lb1: output }), [])[0]
  const stopped = judged('load=loaded\nactive=inactive\nenabled=enabled\n')
  expect(stopped).toMatchObject({ explains: 'pacemaker does not run', follows: 'corosync does not run' })
  expect(judged('load=loaded\nactive=inactive\nenabled=disabled\n')).not.toHaveProperty('follows')
})
