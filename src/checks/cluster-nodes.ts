import type { Finding } from './check.ts'
import type { ClusterNode, ClusterStatus, FencingEvent } from './cluster-status.ts'
import type { MemberView } from './member-view.ts'

/** Every load balancer is an online node that may run things, there are no others, and nobody is to be fenced. */
export function judgeNodes(
  members: readonly string[],
  views: readonly MemberView[],
  { nodes, maintenance, stopsAll, fencing }: ClusterStatus,
  outOfSight: readonly string[],
): readonly Finding[] {
  return [
    ...(maintenance ? [leftInMaintenance()] : []),
    ...(stopsAll ? [allStopped()] : []),
    ...members.flatMap((member) => judgeMember(member, nodes, views, outOfSight)),
    ...nodes.filter(({ name }) => !members.includes(name)).map(stranger),
    ...fencing.flatMap(judgeFencing),
  ]
}

function judgeMember(
  member: string,
  nodes: readonly ClusterNode[],
  views: readonly MemberView[],
  outOfSight: readonly string[],
): readonly Finding[] {
  const node = nodes.find(({ name }) => name === member)
  const view = views.find(({ host }) => host === member)
  // Who cannot be reached is told as that, and is a failure of its own.
  const status = outOfSight.includes(member) ? 'warning' : 'failed'
  const base = { check: `node[${member}]`, host: member, status } as const
  const away = { ...base, explains: 'haproxy does not run', soon: true } as const
  if (node === undefined) {
    const message = `${member} is no node of the cluster`
    return [{ ...away, message, mend: `'ha-provision up' adds it`, follows: 'the member is not in the cluster' }]
  }
  if (node.unclean) {
    const message = `${member} is unclean: what runs there is not known, and nothing of it is started elsewhere until it is fenced`
    return [{ ...away, message, mend: `start it, or see why it cannot be fenced: 'stonith_admin --history ${member}'` }]
  }
  if (!node.online || node.pending) {
    const message =
      node.pending || view?.status !== undefined
        ? `${member} is joining the cluster`
        : `${member} is offline, as the others see it`
    const mend = `see the logs of corosync and pacemaker on ${member}`
    return [{ ...away, message, mend, follows: 'the member is not in the cluster' }]
  }
  return [...inMaintenance(node), ...inStandby(node)]
}

/** A node's maintenance is an operator's way to keep pacemaker's hands off it, and nobody watches what runs there. */
function inMaintenance({ name, maintenance }: ClusterNode): readonly Finding[] {
  if (!maintenance) return []
  const message = `${name} is in maintenance: haproxy and the VIP are not watched there`
  const mend = `'crm_attribute --node ${name} --name maintenance --delete' ends it`
  return [{ check: `node[${name}]`, host: name, status: 'failed', message, mend }]
}

/** Standby is what an operator asks for, and the VIP is served without that node; after a failure (`on-fail`) nobody asked for it. */
function inStandby({ name, standby, standbyOnFail }: ClusterNode): readonly Finding[] {
  if (!standby && !standbyOnFail) return []
  const base = { check: `node[${name}]`, host: name, explains: 'haproxy does not run' } as const
  if (standbyOnFail) {
    const message = `${name} was put into standby because something failed there, and runs nothing`
    return [{ ...base, status: 'failed', message, mend: `mend what failed, then 'ha-provision up --cleanup'` }]
  }
  const message = `${name} is in standby: it runs nothing and would not take the VIP`
  return [
    { ...base, status: 'warning', message, mend: `'crm_attribute --node ${name} --name standby --delete' ends it` },
  ]
}

/** Not a warning: the VIP stays where it is whatever dies, and that is what all of this is for. */
function leftInMaintenance(): Finding {
  return {
    check: 'maintenance',
    host: undefined,
    status: 'failed',
    message:
      'the cluster was left in maintenance-mode: haproxy is not watched, and the VIP does not move when its host dies',
    mend: `'crm_attribute --name maintenance-mode --delete' ends it`,
  }
}

function allStopped(): Finding {
  return {
    check: 'maintenance',
    host: undefined,
    status: 'failed',
    message: 'the cluster was told to stop all resources (stop-all-resources)',
    mend: `'crm_attribute --name stop-all-resources --delete' ends it`,
  }
}

function stranger({ name, online }: ClusterNode): Finding {
  return {
    check: `node[${name}]`,
    host: undefined,
    status: 'warning',
    message: `${name} is a node of the cluster (${online ? 'online' : 'offline'}) and not in the inventory`,
    mend: `'ha-provision up' takes it out, unless the inventory gets it`,
  }
}

function judgeFencing({ target, action, status }: FencingEvent): readonly Finding[] {
  const base = { check: `fencing[${target}]`, host: undefined, status: 'failed' } as const
  switch (status) {
    case 'success':
      return []
    case 'pending':
      return [{ ...base, message: `${target} is being fenced (${action})`, mend: 'wait for its end', soon: true }]
    case 'failed': {
      const message = `${target} could not be fenced (${action})`
      const mend = `mend its fencing device; 'stonith_admin --cleanup --history ${target}' forgets it`
      return [{ ...base, message, mend }]
    }
  }
}
