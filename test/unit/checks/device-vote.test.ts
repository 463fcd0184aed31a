import { expect, test } from 'vitest'
import { deviceVoteCheck } from '../../../src/checks/device-vote.ts'

/** What corosync-quorumtool 3.1.7 printed on a member of a pair with a device. */
const VOTES = `Quorum information
------------------
Nodes:            2
Node ID:          1
Quorate:          Yes

Votequorum information
----------------------
Expected votes:   3
Total votes:      3
Flags:            Quorate Qdevice 

Membership information
----------------------
    Nodeid      Votes    Qdevice Name
         1          1    A,V,NMW lb1 (local)
         2          1    A,V,NMW lb2
         0          1            Qdevice
`

const judged = (output: string) =>
  deviceVoteCheck('10.0.0.9')
    .judge([{ host: 'lb1', output, from: 0, to: 1 }], [])
    .map(({ status, message }) => `${status}: ${message}`)

test('a device that votes', () => {
  expect(judged(VOTES)).toEqual(['passed: the quorum device on 10.0.0.9 votes'])
})

test.each([
  ['is there and does not vote', VOTES.replace('A,V,NMW lb1', 'A,NV,NMW lb1')],
  ['is not connected', VOTES.replaceAll('A,V,NMW', 'NR     ')],
  ['corosync does not know', VOTES.replaceAll(/ +A,V,NMW/g, '').replace(/ .*Qdevice\n$/, '')],
])('a device that %s', (_, output) => {
  expect(judged(output)).toEqual([
    'failed: the quorum device on 10.0.0.9 does not vote: losing one member may stop everything',
  ])
})

test('where corosync does not run that is told elsewhere', () => {
  expect(judged('')).toEqual([])
})
