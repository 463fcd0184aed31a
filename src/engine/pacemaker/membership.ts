import { setTimeout as sleep } from 'node:timers/promises'
import type { ClusterNode, ClusterStatus } from '../../checks/cluster-status.ts'
import { viewOf } from '../../checks/member-view.ts'
import { HaError } from '../../lib/errors.ts'
import type { ListedMember } from '../../roles/corosync/parse.ts'
import type { View } from '../look.ts'
import type { Samples } from '../observe.ts'
import type { Run } from '../run.ts'
import { takeSamples } from '../verify.ts'

/** Milliseconds: a first election of the one that decides takes twenty seconds, and a slow host as long again. */
const PATIENCE = 90_000
const PAUSE = 300

/**
 * Waits until each of these members runs, sees quorum and all of them online, and somebody decides. Throws HaError that says who
 * lacks what when that takes too long.
 */
export async function awaitMembers(run: Run, view: View, names: readonly string[]): Promise<void> {
  const end = performance.now() + PATIENCE
  let told = ''
  for (;;) {
    const missing = missingIn(await takeSamples({ built: view.built, connections: run.connections }), names)
    if (missing.length === 0) return
    const what = missing.join('; ')
    if (performance.now() > end)
      throw new HaError(`the members did not come together within ${PATIENCE / 1000} s: ${what}`, {
        mend: `see 'journalctl -u corosync -u pacemaker' there, and whether UDP passes between the members`,
      })
    if (what !== told) run.emit({ type: 'waiting', what: `until this is over: ${what}` })
    told = what
    await sleep(PAUSE)
  }
}

/** What keeps these from being one cluster, a line each. */
export function missingIn(samples: Samples, names: readonly string[]): readonly string[] {
  return names.flatMap((name) => {
    const status = statusOf(samples, name)
    if (status === undefined) return [`pacemaker does not run on ${name}`]
    const offline = names.filter((other) => !status.nodes.some((node) => node.name === other && node.online))
    if (!status.quorate) return [`${name} sees no quorum`]
    if (offline.includes(name)) return [`${name} is not online yet`]
    if (offline.length > 0) return [`${name} does not see ${offline.join(', ')}`]
    return status.dc === undefined ? [`${name} knows of nobody who decides`] : []
  })
}

/** The cluster as a member sees it; undefined where its pacemaker does not run. */
export function statusOf(samples: Samples, name: string): ClusterStatus | undefined {
  const sample = samples.get(name)?.get('cluster')
  return sample === undefined ? undefined : viewOf(sample).status
}

/** The first of these members that has quorum. */
export function quorateAmong(samples: Samples, names: readonly string[]): string | undefined {
  return names.find((name) => statusOf(samples, name)?.quorate === true)
}

/** Whether any of these members sees a node online. One made by hand may have no name in corosync's list: then its number tells. */
export function isOnline(samples: Samples, members: readonly string[], { name, nodeId }: ListedMember): boolean {
  const isIt = (node: ClusterNode): boolean => node.name === name || node.id === String(nodeId)
  return members.some((member) => statusOf(samples, member)?.nodes.some((node) => isIt(node) && node.online) === true)
}
