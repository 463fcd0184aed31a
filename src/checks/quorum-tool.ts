/** Asked in the same words by all who judge it, so that it is asked once. Nothing where corosync does not run. */
export const QUORUM_PROBE = 'timeout 10 corosync-quorumtool -s 2>/dev/null || true'

/** What a member's corosync counts with. */
export interface CountedVotes {
  readonly expected: number
  /** Of two either goes on alone. */
  readonly twoNode: boolean
}

/** Reads what QUORUM_PROBE printed; undefined where corosync told nothing. */
export function parseVotes(output: string): CountedVotes | undefined {
  const expected = /^Expected votes: +(\d+)$/m.exec(output)?.[1]
  const flags = /^Flags: +(.*)$/m.exec(output)?.[1]
  if (expected === undefined || flags === undefined) return undefined
  return { expected: Number(expected), twoNode: flags.split(' ').includes('2Node') }
}
