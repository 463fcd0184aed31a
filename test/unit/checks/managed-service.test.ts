import { expect, test } from 'vitest'
import { managedServiceCheck } from '../../../src/checks/managed-service.ts'
import { serviceCheck } from '../../../src/checks/service.ts'
import { debian } from '../../../src/platform/debian.ts'
import { samplesOf } from './samples.ts'

const check = managedServiceCheck('haproxy')

test.each([
  ['load=loaded\nactive=active\nenabled=disabled\n', 'passed', 'haproxy is left to pacemaker'],
  ['load=loaded\nactive=inactive\nenabled=disabled\n', 'passed', 'haproxy is left to pacemaker'],
  [
    'load=loaded\nactive=active\nenabled=enabled\n',
    'failed',
    'haproxy is enabled: it would start at boot, without pacemaker',
  ],
  ['load=masked\nactive=inactive\nenabled=masked\n', 'failed', 'haproxy is masked: pacemaker cannot start it'],
  ['load=not-found\nactive=inactive\nenabled=\n', 'failed', 'haproxy is not installed'],
])('%j: %s', (output, status, message) => {
  expect(check.judge(samplesOf({ lb1: output }), [])).toMatchObject([
    { check: 'service[haproxy]', host: 'lb1', status, message },
  ])
})

test('asks the init system', () => {
  expect(check.probe(debian)).toBe(debian.init.state('haproxy'))
})

test('a unit that another one stops: its stop follows, and nothing else that is wrong with it', () => {
  const pacemaker = serviceCheck('pacemaker', 'log', 'pacemaker does not run', 'corosync does not run')
  const judged = (output: string) => pacemaker.judge(samplesOf({ lb1: output }), [])[0]
  const stopped = judged('load=loaded\nactive=inactive\nenabled=enabled\n')
  expect(stopped).toMatchObject({ explains: 'pacemaker does not run', follows: 'corosync does not run' })
  expect(judged('load=loaded\nactive=inactive\nenabled=disabled\n')).not.toHaveProperty('follows')
})
