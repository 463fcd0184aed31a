import { containerOf, listContainers, removeMembers, removeNetworks } from './containers.ts'
import { run } from './run.ts'
import type { Lab } from './state.ts'
import { othersOf } from './topologies.ts'

/**
 * Removes what a lab that was another before must not keep: everything when it becomes another topology, else load
 * balancers that are too many, of another platform, or all for a fresh start. Wakes what a test left paused.
 */
export async function clearAway(lab: Lab, before: Lab | undefined, fresh: boolean): Promise<void> {
  const containers = await listContainers(lab.project)
  if (before?.topology !== lab.topology) {
    await removeMembers(
      lab.project,
      containers.map(({ name }) => name),
    )
    await removeNetworks(lab.project)
    return
  }
  const others = othersOf(lab)
  const surplus = containers.filter(({ name }) => !others.includes(name) && (fresh || !staysAs(name, lab, before)))
  await removeMembers(
    lab.project,
    surplus.map(({ name }) => name),
  )
  const paused = containers.filter((container) => container.state === 'paused' && !surplus.includes(container))
  if (paused.length === 0) return
  await run('docker', ['unpause', ...paused.map(({ name }) => containerOf(lab, name))], { seconds: 30 })
}

/** Whether a load balancer is what it was. */
function staysAs(name: string, lab: Lab, before: Lab | undefined): boolean {
  const [platform, last] = [lab, before].map((one) => one?.hosts.find((host) => host.name === name)?.platform)
  return platform !== undefined && platform === last
}
