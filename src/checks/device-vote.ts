import type { Check, Finding } from './check.ts'
import { QUORUM_PROBE } from './quorum-tool.ts'

const MEND =
  'see whether its host can be reached, whether corosync-qnetd runs there, and the journal of corosync-qdevice'

/** The quorum device gives its vote: without it the members need each other more than without a device. */
export function deviceVoteCheck(device: string): Check {
  const check = 'device-vote'
  return {
    id: check,
    scope: 'host',
    probe: () => QUORUM_PROBE,
    judge: (samples) =>
      samples.flatMap(({ host, output }): readonly Finding[] => {
        // Where corosync does not run that is told already.
        if (output.trim() === '') return []
        // votequorum: alive, votes, and whether it is the master of a tie: `A,V,NMW`.
        const votes = /^\s*\d+\s+\d+\s+A,V,\S+ .*\(local\)$/m.test(output)
        return votes
          ? [{ check, host, status: 'passed', message: `the quorum device on ${device} votes` }]
          : [
              {
                check,
                host,
                status: 'failed',
                message: `the quorum device on ${device} does not vote: losing one member may stop everything`,
                mend: MEND,
                soon: true,
              },
            ]
      }),
  }
}
