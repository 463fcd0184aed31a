import { setTimeout as sleep } from 'node:timers/promises'
import { HaError, HostError, OutdatedError } from '../../lib/errors.ts'
import type { Platform } from '../../platform/types.ts'
import type { WantedCib } from '../../resources/action.ts'
import { cibResource } from '../../resources/cib/kind.ts'
import type { BuiltHost } from '../build.ts'
import { connectionOf, type View } from '../look.ts'
import { observe } from '../observe.ts'
import { clusterSteps } from '../pending.ts'
import { perform } from '../perform/perform.ts'
import type { Step } from '../perform/step.ts'
import type { Run } from '../run.ts'
import type { Tally } from '../tally.ts'

/** Another pass for what another changed meanwhile, and for a pacemaker that is just not to be spoken to. */
const PASSES = 4
const PAUSE = 2000

/** What the CIB shall be, as every member has it. */
export function wantedCib({ built }: View): WantedCib {
  for (const { plays } of built.hosts)
    for (const { resources } of plays) for (const { cib } of resources) if (cib !== undefined) return cib
  throw new HaError('the playbook has no CIB')
}

/** Looks at the CIB through one member: what is to be done to it, and nothing where it is as wanted. Throws HostError for a pacemaker that is silent. */
export async function lookAtCib(run: Run, view: View, through: string, wanted: WantedCib): Promise<readonly Step[]> {
  const built: BuiltHost = {
    name: through,
    platform: platformOf(view, through),
    plays: [{ play: 'cib', serial: 'all', resources: [cibResource(run.inventory.cluster, wanted)] }],
    checks: [],
  }
  for (let attempt = 1; ; attempt += 1) {
    run.emit({ type: 'doing', host: through, what: 'looking at the CIB' })
    const observation = await observe(connectionOf(run, through), built)
    const steps = clusterSteps(observation)
    const isWanted = observation.resources.every(({ comparison }) => comparison.changes.length === 0)
    if (steps.length > 0 || isWanted) return steps
    if (attempt === PASSES)
      throw new HostError('pacemaker does not answer: cibadmin --query shows no CIB', {
        where: through,
        mend: "see 'journalctl -u pacemaker' there, and run again",
      })
    await sleep(PAUSE)
  }
}

/**
 * Brings the CIB to what is wanted through one member: look, patch, look again until nothing is left. `seen`: what a look just before has
 * called for already; where another has changed the CIB since, it is looked at again.
 * Throws HostError for a CIB that another keeps changing back.
 */
export async function convergeCib(
  run: Run,
  view: View,
  tally: Tally,
  through: string,
  wanted: WantedCib,
  seen?: readonly Step[],
): Promise<void> {
  for (let pass = 1; ; pass += 1) {
    const steps = (pass === 1 ? seen : undefined) ?? (await lookAtCib(run, view, through, wanted))
    if (steps.length === 0) return
    if (pass > PASSES)
      throw new HostError(`the CIB does not settle: after ${PASSES} passes it is still not as wanted`, {
        where: through,
        mend: 'something else changes it too: another tool, or an operator at work on this cluster',
      })
    const connection = connectionOf(run, through)
    const performed = await perform(connection, platformOf(view, through), steps, run.emit, run.fence)
    tally.did(through, performed)
    if (performed.error instanceof OutdatedError)
      run.emit({ type: 'waiting', what: `${performed.error.message}: it is looked at again` })
    else if (performed.error !== undefined) throw performed.error
  }
}

function platformOf({ built }: View, name: string): Platform {
  const host = built.hosts.find((one) => one.name === name)
  if (host === undefined) throw new HostError('it is not part of what was built', { where: name })
  return host.platform
}
