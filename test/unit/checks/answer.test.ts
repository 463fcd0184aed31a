import { describe, expect, test } from 'vitest'
import { answerQuestion } from '../../../src/checks/answer.ts'
import type { Reply } from '../../../src/checks/question.ts'

const question = answerQuestion('api:6443', { address: '10.0.0.100', port: 6443, protocol: 'https', path: '/readyz' })

describe.each([false, true])('with servers required: %s', (required) => {
  test.each<readonly [reply: Reply, status: string, says: string]>([
    [{ kind: 'answered', status: 200, body: '' }, 'passed', '10.0.0.100:6443 answered 200 to lb2'],
    [{ kind: 'answered', status: 401, body: '' }, 'passed', 'answered 401'],
    [{ kind: 'accepted' }, 'not-checked', 'its protocol is unknown'],
    [{ kind: 'closed' }, required ? 'failed' : 'warning', 'it has no server that is up'],
    [{ kind: 'silent' }, 'failed', 'accepted the connection of lb2 and never answered'],
    [{ kind: 'refused', why: 'ECONNREFUSED' }, 'failed', 'cannot be reached from lb2: ECONNREFUSED'],
    [
      { kind: 'not-asked', why: 'sshd does not forward' },
      'not-checked',
      'was not asked from lb2: sshd does not forward',
    ],
  ])('%j is %s', (reply, status, says) => {
    const findings = question.judge([{ from: 'lb2', reply }], required)
    expect(findings).toHaveLength(1)
    expect(findings[0]).toMatchObject({ check: 'answer[api:6443]', host: undefined, status })
    expect(findings[0]?.message).toContain(says)
    // Who fails is told what to do.
    expect(findings[0]?.mend !== undefined).toBe(status === 'failed' || status === 'warning')
  })
})

test('who got the same reply is told in one finding, whatever stood on the page', () => {
  const answered = (body: string): Reply => ({ kind: 'answered', status: 200, body })
  const findings = question.judge(
    [
      { from: 'lb1', reply: answered('one') },
      { from: 'lb2', reply: { kind: 'silent' } },
      { from: 'the control machine', reply: answered('two') },
    ],
    false,
  )
  expect(findings.map(({ status, message }) => [status, message])).toEqual([
    ['passed', '10.0.0.100:6443 answered 200 to lb1 and the control machine'],
    ['failed', '10.0.0.100:6443 accepted the connection of lb2 and never answered'],
  ])
})
