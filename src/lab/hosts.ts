import { compose } from './compose.ts'
import { containerOf, listContainers, removeMembers } from './containers.ts'
import { attempt, run } from './run.ts'
import { type Lab, readLab } from './state.ts'
import { until } from './wait.ts'

/** Runs a shell script as root in a member of the recorded lab, past ssh. Throws an HaError when it fails. */
export async function onHost(name: string, script: string, seconds = 60): Promise<string> {
  return run('docker', ['exec', containerOf(await readLab(), name), 'sh', '-c', script], { seconds })
}

/** Makes load balancers bare again: new containers with their old names, addresses, host keys and package caches. */
export async function resetHosts(names: readonly string[]): Promise<void> {
  const lab = await readLab()
  const present = (await listContainers(lab.project)).map(({ name }) => name)
  await removeMembers(
    lab.project,
    names.filter((name) => present.includes(name)),
  )
  await startMembers(lab, names)
}

/** Starts members and waits until each has started everything, sshd with it. */
export async function startMembers(lab: Lab, names: readonly string[]): Promise<void> {
  await compose(['up', '--detach', '--no-deps', '--no-build', ...names])
  const balancers = names.filter((name) => name.startsWith('lb'))
  await Promise.all(balancers.map((name) => waitForSystemd(containerOf(lab, name))))
}

async function waitForSystemd(container: string): Promise<void> {
  const mend = `docker logs ${container}; docker exec ${container} systemctl --failed`
  await until(`${container} has started`, 60, () => isUp(container), mend)
}

async function isUp(container: string): Promise<boolean> {
  const asked = await attempt('docker', ['exec', container, 'systemctl', 'is-system-running'], { seconds: 15 })
  // `degraded` is up too: tests break units, and a lab that runs must not be refused for it.
  return ['running', 'degraded'].includes(asked.stdout.trim())
}
