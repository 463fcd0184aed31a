import { execa } from 'execa'
import { containerOf } from '../../../src/lab/containers.ts'
import { readLab } from '../../../src/lab/state.ts'

/** What one member said of quorum while something happened. */
export interface QuorumSeen {
  readonly samples: number
  readonly quorate: number
  readonly inquorate: number
  /** Looks at which its corosync did not answer. */
  readonly absent: number
}

/** Says five times a second how it is, until its stdin ends or five minutes are over. */
const SAMPLER = `
end=$((SECONDS + 300))
while [ $SECONDS -lt $end ]; do
  case $(corosync-quorumtool -s 2>/dev/null) in
    *'Quorate:          Yes'*) echo quorate ;;
    *'Quorate:          No'*) echo inquorate ;;
    *) echo absent ;;
  esac
  read -r -t 0.2 _
  [ $? -gt 128 ] || exit 0
done
`

/** Samples quorum on all of these members while \`work\` is done. */
export async function whileWatchingQuorum<T>(
  hosts: readonly string[],
  work: () => Promise<T>,
): Promise<{ readonly result: T; readonly quorum: Readonly<Record<string, QuorumSeen>> }> {
  const lab = await readLab()
  const samplers = hosts.map((host) => ({
    host,
    process: execa('docker', ['exec', '-i', containerOf(lab, host), 'bash', '-c', SAMPLER], {
      stdin: 'pipe',
      // A host whose power is cut says nothing more.
      reject: false,
    }),
  }))
  try {
    const result = await work()
    const seen = await Promise.all(
      samplers.map(async ({ host, process }) => {
        process.stdin.end()
        return [host, count((await process).stdout)] as const
      }),
    )
    return { result, quorum: Object.fromEntries(seen) }
  } finally {
    for (const { process } of samplers) process.kill()
  }
}

function count(stdout: string): QuorumSeen {
  const lines = stdout.split('\n').filter((line) => line !== '')
  const of = (word: string) => lines.filter((line) => line === word).length
  return { samples: lines.length, quorate: of('quorate'), inquorate: of('inquorate'), absent: of('absent') }
}
