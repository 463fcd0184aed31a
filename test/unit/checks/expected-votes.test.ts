import { expect, test } from 'vitest'
import { deviceVoteCheck } from '../../../src/checks/device-vote.ts'
import { expectedVotesCheck } from '../../../src/checks/expected-votes.ts'
import { debian } from '../../../src/platform/debian.ts'
import { samplesOf, saying } from './samples.ts'

/** As corosync-quorumtool 3.1 prints it (device-vote.test.ts has a whole one of a lab), with these numbers and flags. */
function printed(expected: number, flags: string): string {
  return `Quorum information
------------------
Nodes:            2
Node ID:          1
Quorate:          Yes

Votequorum information
----------------------
Expected votes:   ${expected}
Highest expected: ${expected}
Total votes:      2
Quorum:           1  
Flags:            ${flags} 

Membership information
----------------------
    Nodeid      Votes Name
         1          1 lb1 (local)
         2          1 lb2
`
}

const PAIR = { members: 2, device: 0, twoNode: true, fixed: true }
const TRIO = { members: 3, device: 0, twoNode: false, fixed: true }
const DEVICE = { members: 2, device: 1, twoNode: false, fixed: true }
const told = (wanted: typeof PAIR, outputs: Readonly<Record<string, string>>) =>
  expectedVotesCheck(wanted)
    .judge(samplesOf(outputs), [])
    .map(({ status, message }) => `${status}: ${message}`)

test.each([
  [PAIR, printed(2, '2Node Quorate WaitForAll'), '2 votes, two_node'],
  [PAIR, printed(2, '2Node WaitForAll'), '2 votes, two_node'],
  [TRIO, printed(3, 'Quorate'), '3 votes'],
  [DEVICE, printed(3, 'Quorate Qdevice'), '3 votes'],
  [{ ...TRIO, members: 1 }, printed(1, 'Quorate'), '1 vote'],
])('%j as it is to be', (wanted, output, words) => {
  expect(told(wanted, { lb1: output, lb2: output })).toEqual([
    `passed: corosync counts as the inventory says: ${words}`,
  ])
})

test('three of which somebody has said that one is all: one failure, with what was expected and the mend', () => {
  const output = printed(1, 'Quorate')
  const [found, ...more] = expectedVotesCheck(TRIO).judge(samplesOf({ lb1: output, lb2: output, lb3: output }), [])
  expect(found).toEqual({
    check: 'expected-votes',
    host: undefined,
    status: 'failed',
    message:
      'lb1, lb2 and lb3 expect 1 vote, and the inventory makes 3 votes (3 members): what is a majority is counted wrongly',
    mend: saying("else 'corosync-quorumtool -e 3' on lb1"),
  })
  expect(more).toEqual([])
})

test('members that expect different numbers', () => {
  expect(told(DEVICE, { lb1: printed(3, 'Quorate Qdevice'), lb2: printed(2, 'Quorate Qdevice') })).toEqual([
    'failed: lb2 expects 2 votes, and the inventory makes 3 votes (2 members, and 1 of the quorum device): what is a majority is counted wrongly',
  ])
})

test('two_node where it is not to be, and the other way round', () => {
  expect(told(TRIO, { lb1: printed(3, 'Quorate'), lb2: printed(3, '2Node Quorate WaitForAll') })).toEqual([
    expect.stringMatching(/^failed: lb2 runs with two_node, which is not for a member of 3 members: .* may go on/),
  ])
  expect(told(DEVICE, { lb1: printed(3, '2Node Quorate Qdevice') })).toEqual([
    expect.stringContaining('not for a member beside a quorum device'),
  ])
  const without = expectedVotesCheck(PAIR).judge(samplesOf({ lb1: printed(2, 'Quorate WaitForAll') }), [])
  expect(without).toMatchObject([
    { status: 'failed', message: saying('lb1 runs without two_node'), mend: saying("'corosync-cfgtool -R' on lb1") },
  ])
})

test('where corosync lowers the number by itself only two_node is judged', () => {
  const moving = { ...TRIO, fixed: false }
  expect(told(moving, { lb1: printed(2, 'Quorate LastManStanding') })).toEqual([expect.stringMatching(/^passed/)])
  expect(told(moving, { lb1: printed(2, '2Node Quorate LastManStanding') })).toEqual([expect.stringMatching(/^failed/)])
})

test('where corosync does not run that is told elsewhere', () => {
  expect(told(PAIR, { lb1: '', lb2: '' })).toEqual([])
  expect(told(PAIR, { lb1: printed(2, '2Node Quorate'), lb2: '' })).toEqual([expect.stringMatching(/^passed/)])
})

test('the device’s vote and the votes that are expected are asked once', () => {
  expect(expectedVotesCheck(DEVICE).probe(debian)).toBe(deviceVoteCheck('10.0.0.9').probe(debian))
})
