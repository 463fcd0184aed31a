import { gather } from '../facts/gather.ts'
import type { Facts } from '../facts/types.ts'
import { asHaError, HaError, oneError } from '../lib/errors.ts'
import { build, type Built } from './build.ts'
import { fetchContents, type Contents } from './contents.ts'
import { observe, type Observation, type Samples } from './observe.ts'
import { preflight } from './preflight.ts'
import type { Run } from './run.ts'
import { settleSecrets } from './secrets.ts'
import type { ClusterSecrets } from '../roles/secrets.ts'

/** The cluster as it is and as it is wanted. */
export interface View {
  readonly facts: ReadonlyMap<string, Facts>
  readonly secrets: ClusterSecrets
  readonly built: Built
  readonly observations: ReadonlyMap<string, Observation>
}

/** Runs one task a host at the same time; every failure is told, not the first. */
export async function onAll<T>(
  names: Iterable<string>,
  task: (name: string) => Promise<T>,
): Promise<ReadonlyMap<string, T>> {
  const list = [...names]
  const settled = await Promise.allSettled(list.map(task))
  const errors: HaError[] = []
  const results = new Map<string, T>()
  settled.forEach((outcome, index) => {
    const name = list[index] ?? ''
    if (outcome.status === 'fulfilled') results.set(name, outcome.value)
    else errors.push(asHaError(outcome.reason, name))
  })
  if (errors.length > 0) throw oneError(errors)
  return results
}

/** Facts of every member in sight, one execution each. */
export async function gatherAll(run: Run): Promise<ReadonlyMap<string, Facts>> {
  return onAll(run.connections.keys(), async (name) => {
    run.emit({ type: 'doing', host: name, what: 'gathering facts' })
    return gather(connectionOf(run, name))
  })
}

/** Facts, then what is wanted, then what is: two executions a host, and nothing is changed. */
export async function look(run: Run, secrets: { settle: 'generate' | 'placeholder' | ClusterSecrets }): Promise<View> {
  const facts = await gatherAll(run)
  const problems = preflight(run.inventory, facts)
  if (problems.length > 0) throw oneError(problems)
  const settled =
    typeof secrets.settle === 'string'
      ? settleSecrets(run.inventory, [...facts.values()], secrets.settle === 'generate')
      : secrets.settle
  const built = build(run.inventory, run.playbook, facts, settled)
  return { facts, built, secrets: settled, observations: await observeAll(run, built) }
}

/** What every member in sight is now. */
export async function observeAll(run: Run, built: Built): Promise<ReadonlyMap<string, Observation>> {
  const hosts = new Map(built.hosts.map((host) => [host.name, host]))
  return onAll(hosts.keys(), async (name) => {
    const host = hosts.get(name)
    if (host === undefined) throw new HaError('it is not part of what was built', { where: name })
    run.emit({ type: 'doing', host: name, what: 'looking' })
    return observe(connectionOf(run, name), host)
  })
}

/** The contents of the files that differ on the members in sight. */
export async function fetchAll(run: Run, { observations }: View): Promise<Contents> {
  return onAll(observations.keys(), async (name) => {
    const observation = observations.get(name)
    return observation === undefined ? new Map() : fetchContents(connectionOf(run, name), observation)
  })
}

/** The connection of a member in sight. */
export function connectionOf(run: Run, name: string): ReturnType<Run['connections']['get']> & object {
  const connection = run.connections.get(name)
  if (connection === undefined) throw new HaError('it is not connected', { where: name })
  return connection
}

/** The checks' part of observations, for verification without a further execution. */
export function samplesOf(observations: ReadonlyMap<string, Observation>): Samples {
  return new Map([...observations].map(([name, { samples }]) => [name, samples]))
}
