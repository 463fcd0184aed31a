import { compose } from './compose.ts'
import { containerOf, listContainers, removeMembers } from './containers.ts'
import { isUp, whyNotUp } from './is-up.ts'
import { platformOf } from './platforms.ts'
import { run } from './run.ts'
import { type Lab, readLab } from './state.ts'
import { hostOfApi } from './topologies.ts'
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
  await createMembers(lab, names)
  await waitForMembers(lab, names)
}

/** Starts members, and does not wait for what runs in them. */
export async function createMembers(lab: Lab, names: readonly string[]): Promise<void> {
  const start = ['up', '--detach', '--no-deps', '--no-build']
  // What lives in the network of a host that starts has lost it.
  const guests = lab.apis.map(({ name }) => name).filter((api) => names.includes(hostOfApi(lab, api) ?? ''))
  const others = names.filter((name) => !guests.includes(name))
  if (others.length > 0) await compose([...start, ...others])
  if (guests.length > 0) await compose([...start, '--force-recreate', ...guests])
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
