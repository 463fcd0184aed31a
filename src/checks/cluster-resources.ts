import { listed, type Finding } from './check.ts'
import type { ActionFailure, ClusterResource, ClusterStatus } from './cluster-status.ts'

/** No failed actions that are not forgotten, and every cluster resource in pacemaker's hands. */
export function judgeResources(status: ClusterStatus): readonly Finding[] {
  const { failures, resources, maintenance, nodes } = status
  const resting = new Set(nodes.filter((node) => node.maintenance).map(({ name }) => name))
  const isResting = (resource: ClusterResource) =>
    maintenance || (resource.nodes.length > 0 && resource.nodes.every((node) => resting.has(node)))
  return [
    ...byPlace(failures).map(failureFinding(resources)),
    ...resources
      // A failed action says why; maintenance is told once, of who is in it.
      .filter(({ id }) => !failures.some(({ resource }) => sameResource(resource, id)))
      .filter((resource) => !isResting(resource))
      .flatMap(stuck),
  ]
}

/** An instance of a clone may be named with its number. */
export function sameResource(one: string, other: string): boolean {
  return one.replace(/:\d+$/, '') === other.replace(/:\d+$/, '')
}

/** The failures of a resource on a node are one cause. */
function byPlace(failures: readonly ActionFailure[]): readonly (readonly ActionFailure[])[] {
  const places = new Map<string, ActionFailure[]>()
  for (const failure of failures) {
    const place = `${failure.resource} ${failure.node}`
    places.set(place, [...(places.get(place) ?? []), failure])
  }
  return [...places.values()]
}

function failureFinding(resources: readonly ClusterResource[]): (failures: readonly ActionFailure[]) => Finding {
  return (failures) => {
    const { resource = '', node = '' } = failures[0] ?? {}
    const each = failures.map(({ operation, reason, when }) => `its ${operation} failed (${reason}) at ${when}`)
    const own = resources.filter(({ id }) => sameResource(id, resource))
    const blocked = own.some((one) => one.blocked && one.nodes.includes(node))
    const now = own.some(({ active, nodes }) => active && nodes.includes(node))
      ? 'it runs there now'
      : 'it does not run there'
    const state = blocked ? 'pacemaker can neither stop it nor start it elsewhere' : now
    return {
      check: `failed[${resource}]`,
      host: node,
      status: 'failed',
      message: `${resource} on ${node}: ${listed(each)}; ${state}`,
      mend: `mend its reason, then 'ha-provision up --cleanup' lets pacemaker forget it`,
      explains: 'an action failed',
    }
  }
}

function stuck({ id, nodes, blocked, failed, managed }: ClusterResource): readonly Finding[] {
  const at = nodes.length === 0 ? '' : ` on ${listed(nodes)}`
  const base = { check: `cluster-resource[${id}]`, host: nodes[0], status: 'failed' } as const
  if (blocked) {
    const message = `${id} is blocked${at}: pacemaker can neither stop it nor start it elsewhere`
    return [{ ...base, message, mend: `mend its reason, then 'crm_resource --cleanup --resource ${id}'` }]
  }
  if (failed) {
    const message = `${id} has failed${at}, and pacemaker is at it`
    return [{ ...base, message, mend: `see pacemaker's log there`, soon: true }]
  }
  if (managed) return []
  const message = `${id} is unmanaged${at}: pacemaker neither watches nor moves it`
  return [{ ...base, message, mend: `'crm_resource --resource ${id} --meta --delete-parameter is-managed' ends that` }]
}
