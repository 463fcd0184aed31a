import { UnreachableError } from '../lib/errors.ts'
import { build } from './build.ts'
import { gatherAll } from './look.ts'
import { tellFindings, type Ending } from './outcome.ts'
import { throwIfInterrupted, type Run } from './run.ts'
import { settleSecrets } from './secrets.ts'
import { verify } from './verify.ts'

/** Judges the running service and changes nothing. A member out of sight is a failure of its own: what it does is not known. */
export async function check(run: Run): Promise<Ending> {
  const facts = await gatherAll(run)
  const built = build(run.inventory, run.playbook, facts, settleSecrets(run.inventory, [...facts.values()], false))
  if (built.hosts.length === 0) throw new UnreachableError('no member can be reached')
  const { findings, passed } = await verify({
    built,
    connections: run.connections,
    dialFromHere: run.dialFromHere,
    emit: run.emit,
    signal: run.signal,
    deadline: run.patience,
    requireServers: run.requireServers,
  })
  if (!passed) throwIfInterrupted(run.signal)
  tellFindings(findings, run.emit)
  return passed ? { outcome: 'done', exitCode: 0 } : { outcome: 'not verified', exitCode: 3 }
}
