import { setTimeout as sleep } from 'node:timers/promises'
import { HaError, HostError } from '../../lib/errors.ts'
import type { WantedCib } from '../../resources/action.ts'
import { cibResource } from '../../resources/cib/kind.ts'
import type { BuiltHost } from '../build.ts'
import { connectionOf, type View } from '../look.ts'
import { observe } from '../observe.ts'
import { clusterSteps } from '../pending.ts'
import { perform } from '../perform/perform.ts'
import type { Run } from '../run.ts'
import type { Tally } from '../tally.ts'

/** Another pass for what another changed meanwhile: status updates come all the time. */
const PASSES = 4
const PAUSE = 2000

/** What the CIB shall be, as every member has it. */
export function wantedCib({ built }: View): WantedCib {
  for (const { plays } of built.hosts)
    for (const { resources } of plays) for (const { cib } of resources) if (cib !== undefined) return cib
  throw new HaError('the playbook has no CIB')
}

/**
 * Brings the CIB to what is wanted through one member: look, patch, look again until nothing is left.
 * Throws HostError for a CIB that another keeps changing back.
 */
export async function convergeCib(
  run: Run,
  view: View,
  tally: Tally,
  through: string,
  wanted: WantedCib,
): Promise<void> {
  const host = view.built.hosts.find(({ name }) => name === through)
  if (host === undefined) throw new HostError('it is not part of what was built', { where: through })
  const built: BuiltHost = {
    name: through,
    platform: host.platform,
    plays: [{ play: 'cib', serial: 'all', resources: [cibResource(run.inventory.cluster, wanted)] }],
    checks: [],
  }
  const connection = connectionOf(run, through)
  for (let pass = 1; ; pass += 1) {
    run.emit({ type: 'doing', host: through, what: 'looking at the CIB' })
    const observation = await observe(connection, built)
    const steps = clusterSteps(observation)
    const isWanted = observation.resources.every(({ comparison }) => comparison.changes.length === 0)
    if (isWanted) return
    if (pass > PASSES)
      throw new HostError(`the CIB does not settle: after ${PASSES} passes it is still not as wanted`, {
        where: through,
        mend: 'something else changes it back: another tool, or an operator at work on this cluster',
      })
    if (steps.length === 0) {
      // pacemaker did not answer: that is no CIB as wanted.
      await sleep(PAUSE)
      continue
    }
    const performed = await perform(connection, host.platform, steps, run.emit, run.fence)
    tally.did(through, performed)
    if (performed.error !== undefined) throw performed.error
  }
}
