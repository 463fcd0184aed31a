import { HaError } from '../lib/errors.ts'
import { listContainers } from './containers.ts'
import { layout, maxHosts, prefixOf, projectName } from './layout.ts'
import { checkout } from './paths.ts'
import { freePort, portCandidates } from './port.ts'
import { type Lab, recordedLab } from './state.ts'
import { choosePrefix, takenSubnets } from './subnet.ts'

/** Throws an HaError unless a lab can have so many load balancers. */
export function checkCount(asked: number | undefined): void {
  if (asked === undefined || (Number.isInteger(asked) && asked >= 2 && asked <= maxHosts)) return
  throw new HaError(`a lab has 2 to ${maxHosts} load balancers, not ${asked}`, { where: '--hosts' })
}

/**
 * The lab of this checkout with so many load balancers. What was chosen before stays as long as the machine allows.
 * Throws an HaError when no subnet or port is free.
 */
export async function chooseLab(asked: number | undefined): Promise<Lab> {
  const before = await recordedLab()
  const count = asked ?? before?.hosts.length ?? 2
  const project = projectName(checkout)
  if (before?.project === project && (await isRunning(project))) {
    return { project, port: before.port, ...layout(prefixOf(before.subnet), count) }
  }
  const port = await freePort([...(before === undefined ? [] : [before.port]), ...portCandidates(checkout)])
  const prefix = choosePrefix(checkout, await takenSubnets(project), before && prefixOf(before.subnet))
  return { project, port, ...layout(prefix, count) }
}

/** While its bastion runs, the lab itself holds its port and its subnet. */
async function isRunning(project: string): Promise<boolean> {
  const containers = await listContainers(project)
  return containers.some(({ name, state }) => name === 'bastion' && state === 'running')
}
