import { expect, test } from 'vitest'
import { managedCheck } from '../../../src/checks/managed.ts'
import { samplesOf } from './samples.ts'

test.each<readonly [what: string, output: string, message: string | undefined]>([
  ['runs', 'load=loaded\nactive=active\nenabled=disabled\n', undefined],
  ['does not run, which is the cluster’s to say', 'load=loaded\nactive=inactive\nenabled=disabled\n', undefined],
  ['would be started at boot', 'load=loaded\nactive=active\nenabled=enabled\n', 'is enabled'],
  ['masked', 'load=masked\nactive=inactive\nenabled=masked\n', 'is masked'],
  ['not there', 'load=not-found\nactive=inactive\nenabled=\n', 'is not installed'],
])('a managed unit that %s', (_, output, message) => {
  const [finding] = managedCheck('haproxy').judge(samplesOf({ lb1: output }), [])
  expect(finding).toMatchObject({
    check: 'service[haproxy]',
    host: 'lb1',
    status: message === undefined ? 'passed' : 'failed',
  })
  expect(finding?.message).toContain(message ?? 'is left to the cluster')
})
