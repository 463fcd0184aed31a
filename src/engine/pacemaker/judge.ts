import type { Connection } from '../../connection/types.ts'
import { HostError } from '../../lib/errors.ts'
import { lastLines } from '../../lib/last-lines.ts'
import { connectionOf, type View } from '../look.ts'
import { clusterSteps } from '../pending.ts'
import { judgeScript } from '../perform/judge-cib.ts'
import type { Step } from '../perform/step.ts'
import type { Run } from '../run.ts'

/** Why the CIB that these steps bring would be refused; undefined where it would not. One execution, which changes nothing. */
export async function refusalOf(connection: Connection, steps: readonly Step[]): Promise<HostError | undefined> {
  for (const { action } of steps) {
    if (action.do !== 'cib') continue
    const { code, stderr } = await connection.run({
      label: 'judge the CIB',
      script: judgeScript(action.content),
      timeoutSeconds: 60,
      repeatable: true,
    })
    if (code !== 0)
      return new HostError(
        lastLines(action.content.hide(stderr), 10) || `judging the CIB failed (exit status ${code})`,
        {
          where: connection.name,
          mend: 'mend what it says, in the inventory or in what others have put into the CIB; then run again',
        },
      )
  }
  return undefined
}

/** The same of the CIB as it was seen through the first of these members that is to change it. No execution where nobody is. */
export async function refusalSeen(
  run: Run,
  { observations }: View,
  members: readonly string[],
): Promise<HostError | undefined> {
  for (const name of members) {
    const observation = observations.get(name)
    const steps = observation === undefined ? [] : clusterSteps(observation)
    if (steps.length > 0) return refusalOf(connectionOf(run, name), steps)
  }
  return undefined
}
