import { expect, test } from 'vitest'
import { parseClusterStatus } from '../../../../src/checks/cluster-status.ts'
import { losesQuorum, votesOf } from '../../../../src/engine/pacemaker/quorum.ts'
import { confOf, LB1, LB2, LB3 } from '../../roles/corosync/confs.ts'

test.each([
  ['one of three', 3, 1, false],
  ['two of three', 3, 2, true],
  ['two of four', 4, 2, false],
  ['three of four', 4, 3, true],
  ['one of two, where more are listed', 2, 1, true],
  ['nobody', 1, 0, false],
])('%s', (_, present, leaving, expected) => {
  expect(losesQuorum({ present, isPair: false }, leaving)).toBe(expected)
})

test('of a pair either goes on alone', () => {
  expect(losesQuorum({ present: 2, isPair: true }, 1)).toBe(false)
})

function votes(conf: string) {
  const nodes =
    '<node name="lb1" id="1" online="true"/><node name="lb2" id="2" online="true"/><node name="lb3" id="3" online="false"/><node name="far" id="far" online="true"/>'
  const status = parseClusterStatus(`<pacemaker-result><summary/><nodes>${nodes}</nodes></pacemaker-result>`)
  return status === undefined ? undefined : votesOf(status, conf)
}

const PAIR = '  two_node: 1\n'
const device = (lines: string): string => `  device {\n    model: net\n${lines}  }\n`

test.each([
  ['members of corosync that are online', confOf([LB1, LB2, LB3]), { present: 2, isPair: false }],
  ['a pair', confOf([LB1, LB2], [], PAIR), { present: 2, isPair: true }],
  ['two without the word', confOf([LB1, LB2]), { present: 2, isPair: false }],
  ['more with the word', confOf([LB1, LB2, LB3], [], PAIR), { present: 2, isPair: false }],
  ['a device', confOf([LB1, LB2], [], device('')), { present: 3, isPair: false }],
  ['a device that outvotes', confOf([LB1, LB2, LB3], [], device('    votes: 2\n')), { present: 4, isPair: false }],
])('counted are %s', (_, conf, expected) => {
  expect(votes(conf)).toEqual(expected)
})
