import { expect, test } from 'vitest'
import { deviceCertificatesCheck } from '../../../src/checks/device-certificates.ts'
import { fenceAgentsCheck } from '../../../src/checks/fence-agents.ts'
import { debian } from '../../../src/platform/debian.ts'
import { runShell, shells } from '../support/shells.ts'
import { samplesOf, verdicts } from './samples.ts'

test.each(shells)('a fence agent that is not there is named once, by $name', async (shell) => {
  const check = fenceAgentsCheck(['fence_no_such_one', 'fence_no_such_one', 'external/ipmi'])
  const { stdout } = await runShell(shell, check.probe(debian))
  const findings = check.judge(samplesOf({ lb1: stdout }), [])
  expect(verdicts(findings)).toEqual([['fence-agents', 'lb1', 'failed']])
  expect(findings[0]?.message).toBe('fence_no_such_one is not in /usr/sbin: lb1 cannot fence by that')
})

test('fence agents that are there', () => {
  const check = fenceAgentsCheck(['fence_ipmilan'])
  expect(verdicts(check.judge(samplesOf({ lb1: '' }), []))).toEqual([['fence-agents', 'lb1', 'passed']])
})

test.each(shells)('a device by TLS without certificates is refused before, by $name', async (shell) => {
  const check = deviceCertificatesCheck()
  const { stdout } = await runShell(shell, check.probe(debian))
  expect(stdout).toBe('absent\n')
  const [only] = check.obstacles?.(samplesOf({ lb1: stdout })) ?? []
  expect(only?.mend).toContain('corosync-qdevice-net-certutil')
  expect(verdicts(check.judge(samplesOf({ lb1: stdout }), []))).toEqual([['device-certificates', 'lb1', 'failed']])
  expect(check.obstacles?.(samplesOf({ lb1: 'there\n' }))).toEqual([])
  expect(verdicts(check.judge(samplesOf({ lb1: 'there\n' }), []))).toEqual([['device-certificates', 'lb1', 'passed']])
})
