import type { Connection } from '../connection/types.ts'
import type { Facts, Member } from '../facts/types.ts'
import { gather } from '../facts/gather.ts'
import { platformNamed } from '../platform/index.ts'
import { serviceResource } from '../resources/service.ts'
import type { BuiltHost } from './build.ts'
import { observe, type Observation } from './observe.ts'
import { pendingSteps } from './pending.ts'
import { perform } from './perform/perform.ts'
import type { Run } from './run.ts'

/** A member that left the inventory and still can be reached: its keepalived is to be stopped, or it would hold the VIP beside the others. */
export interface Leaver {
  readonly connection: Connection
  readonly built: BuiltHost
  readonly observation: Observation
}

/** Who the members remember and the inventory no longer names. Reached ones are looked at; the rest are warned of. */
export async function findLeavers(run: Run, facts: ReadonlyMap<string, Facts>): Promise<readonly Leaver[]> {
  const gone = gonePeople(run, facts)
  const found = await Promise.all(gone.map((member) => lookAt(run, member)))
  return found.filter((leaver) => leaver !== undefined)
}

function gonePeople({ inventory }: Run, facts: ReadonlyMap<string, Facts>): readonly Member[] {
  const remembered = new Map(
    [...facts.values()].flatMap(({ members }) => (members ?? []).map((member) => [member.address, member] as const)),
  )
  const present = new Set(inventory.loadBalancers.flatMap(({ name, address }) => [name, address]))
  return [...remembered.values()].filter(({ name, address }) => !present.has(name) && !present.has(address))
}

async function lookAt(run: Run, member: Member): Promise<Leaver | undefined> {
  const connection = await run.connectMember(member)
  if (connection === undefined) {
    run.emit({
      type: 'warning',
      message: `${member.name} (${member.address}) has left the inventory and cannot be reached: if it is still alive with a keepalived that runs, it holds the VIP beside the others; power it off`,
    })
    return undefined
  }
  const platform = platformNamed((await gather(connection)).platform)
  if (platform === undefined) return undefined
  const built: BuiltHost = {
    name: member.name,
    platform,
    plays: [{ play: 'leave', serial: 'all', resources: [serviceResource(platform.keepalived.unit, 'retired')] }],
    checks: [],
  }
  return { connection, built, observation: await observe(connection, built) }
}

/** Stops and disables keepalived on those who left, before the others stop listing them. */
export async function retireLeavers(run: Run, leavers: readonly Leaver[]): Promise<void> {
  for (const { connection, built, observation } of leavers) {
    const steps = pendingSteps(observation)
    if (steps.length === 0) continue
    const { error } = await perform(connection, built.platform, steps, run.emit)
    if (error !== undefined) throw error
  }
}
