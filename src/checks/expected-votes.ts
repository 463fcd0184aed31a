import { type Check, type Finding, listed } from './check.ts'
import { parseVotes, QUORUM_PROBE } from './quorum-tool.ts'

/** With what corosync shall count. */
export interface WantedVotes {
  readonly members: number
  /** Of the quorum device; 0 where there is none. */
  readonly device: number
  /** Of two either goes on alone. */
  readonly twoNode: boolean
  /** Whether corosync leaves the number that it expects as it is. */
  readonly fixed: boolean
}

const ID = 'expected-votes'

/**
 * What is a majority is counted as the inventory says. Both can be other than corosync's files tell, by hand or by a reload that was not
 * taken: with too few votes, or with two_node where there are more than two, a part that is cut off may go on beside the others.
 */
export function expectedVotesCheck(wanted: WantedVotes): Check {
  return {
    id: ID,
    scope: 'cluster',
    probe: () => QUORUM_PROBE,
    judge(samples) {
      // Where corosync does not run that is told already.
      const counted = samples.flatMap(({ host, output }) => {
        const votes = parseVotes(output)
        return votes === undefined ? [] : [{ host, ...votes }]
      })
      const expected = wanted.members + wanted.device
      const miscounting = wanted.fixed ? counted.filter((one) => one.expected !== expected) : []
      const numbers = [...new Set(miscounting.map((one) => one.expected))]
      const found = [
        ...numbers.map((number) =>
          miscounted(
            number,
            hostsOf(miscounting, ({ expected: own }) => own === number),
            wanted,
          ),
        ),
        ...flagged(
          hostsOf(counted, ({ twoNode }) => twoNode !== wanted.twoNode),
          wanted,
        ),
      ]
      if (found.length > 0 || counted.length === 0) return found
      const message = `corosync counts as the inventory says: ${votes(expected)}${wanted.twoNode ? ', two_node' : ''}`
      return [{ check: ID, host: undefined, status: 'passed', message }]
    },
  }
}

function hostsOf<T extends { readonly host: string }>(all: readonly T[], isIt: (one: T) => boolean): readonly string[] {
  return all.filter(isIt).map(({ host }) => host)
}

function miscounted(number: number, hosts: readonly string[], { members, device }: WantedVotes): Finding {
  const of = device === 0 ? `${members} members` : `${members} members, and ${device} of the quorum device`
  const makes = votes(members + device)
  return failed(
    `${listed(hosts)} ${hosts.length === 1 ? 'expects' : 'expect'} ${votes(number)}, and the inventory makes ${makes} (${of}): what is a majority is counted wrongly`,
    `where 'ha-provision plan' shows a change of corosync.conf, 'ha-provision up' mends it; else 'corosync-quorumtool -e ${members + device}' on ${hosts[0] ?? ''}`,
  )
}

function flagged(hosts: readonly string[], { members, device, twoNode }: WantedVotes): readonly Finding[] {
  if (hosts.length === 0) return []
  const run = `${listed(hosts)} ${hosts.length === 1 ? 'runs' : 'run'}`
  const where = device === 0 ? `of ${members} members` : 'beside a quorum device'
  return [
    failed(
      twoNode
        ? `${run} without two_node, which two members are to have: when one is lost the other stops`
        : `${run} with two_node, which is not for a member ${where}: one that is cut off may go on, and hold the VIP beside the others`,
      `where 'ha-provision plan' shows a change of corosync.conf, 'ha-provision up' mends it; else 'corosync-cfgtool -R' on ${hosts[0] ?? ''}: all read their files again`,
    ),
  ]
}

function failed(message: string, mend: string): Finding {
  return { check: ID, host: undefined, status: 'failed', message, mend }
}

function votes(number: number): string {
  return `${number} ${number === 1 ? 'vote' : 'votes'}`
}
