import type { Connection } from '../connection/types.ts'
import type { Facts, Member } from '../facts/types.ts'
import { gather } from '../facts/gather.ts'
import type { Inventory } from '../inventory/model.ts'
import { asHaError } from '../lib/errors.ts'
import { platformNamed } from '../platform/index.ts'
import { DEVICE_UNIT } from '../roles/corosync/device.ts'
import { belongingOf, clusterWrittenFor } from '../roles/corosync/ours.ts'
import { announcedVips, peers } from '../roles/keepalived/conversation.ts'
import { clearedResource } from '../resources/cleared.ts'
import { serviceResource } from '../resources/service.ts'
import type { BuiltHost } from './build.ts'
import { observe, type Observation } from './observe.ts'
import { pendingSteps } from './pending.ts'
import { perform } from './perform/perform.ts'
import type { Run } from './run.ts'
import type { Tally } from './tally.ts'

/** A member that left the inventory and still can be reached: what moves the VIP is to be stopped there, or it would hold it beside the others. */
export interface Leaver {
  readonly member: Member
  readonly connection: Connection
  readonly built: BuiltHost
  readonly observation: Observation
}

/** Who the members remember and the inventory no longer names. Reached ones are looked at; the rest are warned of. */
export async function findLeavers(run: Run, facts: ReadonlyMap<string, Facts>): Promise<readonly Leaver[]> {
  const names = namesOf(run.inventory, facts)
  const found = await Promise.all(
    goneMembers(run, facts).map((member) =>
      lookAt(run, member, names).catch((thrown: unknown) => {
        warn(run, member, `cannot be looked at (${asHaError(thrown).message})`)
        return undefined
      }),
    ),
  )
  return found.filter((leaver) => leaver !== undefined)
}

/** By address: a name may have gone to another machine. */
function goneMembers({ inventory }: Run, facts: ReadonlyMap<string, Facts>): readonly Member[] {
  const remembered = new Map(
    [...facts.values()].flatMap(({ members }) => (members ?? []).map((member) => [member.address, member] as const)),
  )
  const present = new Set(inventory.loadBalancers.map(({ address }) => address))
  return [...remembered.values()].filter(({ address }) => !present.has(address))
}

/** What our cluster is called: in the inventory, and until it is renamed in the files of its members too. */
function namesOf(inventory: Inventory, facts: ReadonlyMap<string, Facts>): ReadonlySet<string> {
  const files = [...facts.values()].flatMap(({ configs }) => configs.corosync?.reveal() ?? [])
  const own = files.filter((conf) => belongingOf(conf, inventory) === 'ours')
  return new Set([inventory.cluster, ...own.flatMap((conf) => clusterWrittenFor(conf) ?? [])])
}

function warn(run: Run, { name, address }: Member, what: string): void {
  const message = `${name} (${address}) has left the inventory and ${what}: if its keepalived or pacemaker still runs, it holds the VIP beside the others; power it off`
  run.emit({ type: 'warning', message })
}

async function lookAt(run: Run, member: Member, names: ReadonlySet<string>): Promise<Leaver | undefined> {
  const connection = await run.connectMember(member)
  if (connection === undefined) {
    warn(run, member, 'cannot be reached')
    return undefined
  }
  const facts = await gather(connection)
  const platform = platformNamed(facts.platform)
  const movers = moversOf(run.inventory, facts, names)
  if (platform === undefined || movers.length === 0) return undefined
  const built: BuiltHost = {
    name: member.name,
    platform,
    plays: [
      {
        play: 'leave',
        serial: 'all',
        resources: [
          ...movers.map((unit) => serviceResource(unit, 'retired')),
          // Started again by hand, or as a member once more, it brings no old CIB along.
          ...(movers.includes('pacemaker') && !('refused' in platform.cluster)
            ? [clearedResource({ folder: platform.cluster.pacemaker.cib, units: [], unless: undefined })]
            : []),
        ],
      },
    ],
    checks: [],
  }
  return { member, connection, built, observation: await observe(connection, built) }
}

/**
 * The units that move the VIP there, of whichever engine, in the order they are stopped. None where it is a member under another address, or
 * serves another cluster by now: what is stopped speaks of our VIPs or to our members.
 */
function moversOf(inventory: Inventory, { configs, interfaces }: Facts, names: ReadonlySet<string>): readonly string[] {
  const { loadBalancers, vips } = inventory
  const own = interfaces.flatMap(({ addresses }) => addresses.map(({ address }) => address))
  if (loadBalancers.some(({ address }) => own.includes(address))) return []
  const config = configs.keepalived?.reveal() ?? ''
  const made = clusterWrittenFor(configs.corosync?.reveal() ?? '')
  const spoken = [...announcedVips(config), ...peers(config)]
  return [
    ...([...vips, ...loadBalancers].some(({ address }) => spoken.includes(address)) ? ['keepalived'] : []),
    ...(made !== undefined && names.has(made) ? ['pacemaker', DEVICE_UNIT, 'corosync'] : []),
  ]
}

/**
 * Stops and disables what moves the VIP on those who left, one after the other, before the others stop listing them. `before` each the
 * others are told. True when that was to be done.
 */
export async function retireLeavers(
  run: Run,
  tally: Tally,
  leavers: readonly Leaver[],
  before: () => Promise<void>,
): Promise<boolean> {
  let done = false
  for (const { connection, built, observation } of leavers) {
    const steps = pendingSteps(observation)
    if (steps.length === 0) continue
    await before()
    const performed = await perform(connection, built.platform, steps, run.emit)
    tally.did(built.name, performed)
    if (performed.error !== undefined) throw performed.error
    done = true
  }
  return done
}
