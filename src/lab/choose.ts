import { HaError } from '../lib/errors.ts'
import { listContainers } from './containers.ts'
import { layout, maxHosts, prefixOf, projectName } from './layout.ts'
import { checkout, currentName } from './paths.ts'
import { platformOf } from './platforms.ts'
import { freePort, portCandidates } from './port.ts'
import type { Lab } from './state.ts'
import { choosePrefix, takenSubnets } from './subnet.ts'
import { topologyOf } from './topologies.ts'

/** What is asked of a lab; what is left out is as it was last time. */
export interface Asked {
  readonly hosts?: number | undefined
  readonly platforms?: readonly string[] | undefined
  /** A reference topology instead of an ordinary lab; this is not remembered. */
  readonly topology?: string | undefined
}

/** Throws an HaError unless a lab can be so. */
export function checkAsked({ hosts, platforms, topology }: Asked): void {
  if (topology !== undefined) {
    topologyOf(topology)
    if (hosts !== undefined || platforms !== undefined) {
      throw new HaError('a topology says itself how many hosts it has and what they are', { where: '--topology' })
    }
  }
  if (hosts !== undefined && !(Number.isInteger(hosts) && hosts >= 2 && hosts <= maxHosts)) {
    throw new HaError(`a lab has 2 to ${maxHosts} load balancers, not ${hosts}`, { where: '--hosts' })
  }
  if (platforms === undefined) return
  for (const name of platforms) platformOf(name)
  if (platforms.length === 0 || platforms.length > (hosts ?? maxHosts)) {
    throw new HaError(`${platforms.length} platforms for ${hosts ?? maxHosts} load balancers`, { where: '--platform' })
  }
}

/**
 * The lab with what is asked for. What was chosen before stays as long as the machine allows.
 * Throws an HaError when no subnet or port is free.
 */
export async function chooseLab(asked: Asked, before: Lab | undefined): Promise<Lab> {
  const { project, port, prefix } = await choosePlace(before)
  if (asked.topology !== undefined) return { project, port, ...layoutOf(asked.topology, prefix) }
  const platforms = asked.platforms ?? before?.platforms
  const last = before?.topology === undefined ? before?.hosts.length : undefined
  const count = asked.hosts ?? Math.max(last ?? 2, platforms?.length ?? 2)
  return {
    project,
    port,
    ...(platforms === undefined ? {} : { platforms: [...platforms] }),
    ...layout(prefix, count, platforms),
  }
}

/** Everybody of a topology, the bastion by its address in the ordinary network. */
function layoutOf(name: string, prefix: string) {
  const { hosts, apis, vip, spareVip, platform } = topologyOf(name)
  return {
    ...layout(prefix, 2),
    topology: name,
    hosts: hosts.map((host) => ({ ...host, platform })),
    apis: [...apis],
    vip,
    spareVip,
  }
}

/** Where a lab is on this machine. */
interface Place {
  readonly project: string
  readonly port: number
  readonly prefix: string
}

async function choosePlace(before: Lab | undefined): Promise<Place> {
  const project = projectName(checkout, currentName)
  if (before?.project === project && (await isRunning(project))) {
    return { project, port: before.port, prefix: prefixOf(before.subnet) }
  }
  const seed = currentName === undefined ? checkout : `${checkout} ${currentName}`
  const port = await freePort([...(before === undefined ? [] : [before.port]), ...portCandidates(seed)])
  return { project, port, prefix: choosePrefix(seed, await takenSubnets(project), before && prefixOf(before.subnet)) }
}

/** While its bastion runs, the lab itself holds its port and its subnet. */
async function isRunning(project: string): Promise<boolean> {
  const containers = await listContainers(project)
  return containers.some(({ name, state }) => name === 'bastion' && state === 'running')
}
