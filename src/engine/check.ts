import { UnreachableError } from '../lib/errors.ts'
import { build, type Built } from './build.ts'
import { gatherAll } from './look.ts'
import { tellFindings, type Ending } from './outcome.ts'
import { throwIfInterrupted, type Run } from './run.ts'
import { settleSecrets } from './secrets.ts'
import { verify, type Verification } from './verify.ts'

/** Judges the running service and changes nothing. A member out of sight is a failure of its own: what it does is not known. */
export async function check(run: Run): Promise<Ending> {
  const { verification } = await examine(run)
  tellFindings(verification.findings, run.emit)
  return endingOfCheck(verification)
}

/** Looks at every member in sight and judges what was seen; tells nothing yet. */
export async function examine(run: Run): Promise<{ readonly built: Built; readonly verification: Verification }> {
  const facts = await gatherAll(run)
  const built = build(run.inventory, run.playbook, facts, settleSecrets(run.inventory, [...facts.values()], false))
  if (built.hosts.length === 0) throw new UnreachableError('no member can be reached')
  const verification = await verify({
    built,
    connections: run.connections,
    dialFromHere: run.dialFromHere,
    emit: run.emit,
    signal: run.signal,
    deadline: run.patience,
    requireServers: run.requireServers,
  })
  if (!verification.passed) throwIfInterrupted(run.signal)
  return { built, verification }
}

/** How a command that judges ends. */
export function endingOfCheck({ passed }: Verification): Ending {
  return passed ? { outcome: 'done', exitCode: 0 } : { outcome: 'not verified', exitCode: 3 }
}
