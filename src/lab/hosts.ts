import { compose } from './compose.ts'
import { containerOf, listContainers, removeMembers } from './containers.ts'
import { isUp, whyNotUp } from './is-up.ts'
import { platformOf } from './platforms.ts'
import { run } from './run.ts'
import { type Lab, readLab } from './state.ts'
import { until } from './wait.ts'

/** Runs a POSIX shell script as root in a member of the recorded lab, past ssh. Throws an HaError when it fails. */
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
  await createMembers(names)
  await waitForMembers(lab, names)
}

/** Starts members, and does not wait for what runs in them. */
export async function createMembers(names: readonly string[]): Promise<void> {
  await compose(['up', '--detach', '--no-deps', '--no-build', ...names])
}

/** Waits until the load balancers among these members have started everything. */
export async function waitForMembers(lab: Lab, names: readonly string[]): Promise<void> {
  const balancers = lab.hosts.filter(({ name }) => names.includes(name))
  await Promise.all(
    balancers.map(async ({ name, platform }) => {
      const container = containerOf(lab, name)
      const { init } = platformOf(platform)
      await until(`${container} has started`, 90, () => isUp(container, init), whyNotUp(container, init))
    }),
  )
}
