import type { Finding } from './check.ts'
import type { ClusterStatus } from './cluster-status.ts'
import { sameResource } from './cluster-resources.ts'
import type { WantedCluster } from './wanted-cluster.ts'

/**
 * haproxy runs where it should: on every member, or on one. Where it waits for the VIP, that it does not listen or answer is as it
 * should be, and is told by nobody.
 */
export function judgeHaproxy(wanted: WantedCluster, status: ClusterStatus): readonly Finding[] {
  const instances = status.resources.filter(({ agent }) => agent === `systemd:${wanted.unit}`)
  if (instances.length === 0) {
    const message = 'the CIB has no cluster resource that runs haproxy'
    return [{ check: 'haproxy', host: undefined, status: 'failed', message, mend: `'ha-provision up' makes it` }]
  }
  const running = new Set(instances.filter(({ active }) => active).flatMap(({ nodes }) => nodes))
  const idle = wanted.members.filter((member) => !running.has(member) && mayRun(member, status))
  if (wanted.haproxy === 'everywhere') return idle.map((host) => missing(host, status, instances))
  if (running.size > 0) return idle.map(waits)
  return [
    {
      check: 'haproxy',
      host: undefined,
      status: 'failed',
      message: `haproxy runs nowhere, and with it no VIP${stoppedByHand(instances)}`,
      mend: `see what failed, and pacemaker's log on ${status.dc ?? 'the DC'}`,
      explains: 'haproxy does not run',
      soon: true,
    },
  ]
}

/** What is offline or in standby is told already, and runs nothing. */
function mayRun(member: string, { nodes }: ClusterStatus): boolean {
  const node = nodes.find(({ name }) => name === member)
  return node !== undefined && node.online && !node.pending && !node.standby && !node.standbyOnFail
}

function missing(host: string, status: ClusterStatus, instances: ClusterStatus['resources']): Finding {
  const failed = status.failures.some(
    ({ node, resource }) => node === host && instances.some(({ id }) => sameResource(id, resource)),
  )
  return {
    check: `haproxy[${host}]`,
    host,
    status: 'failed',
    message: `haproxy does not run on ${host}${stoppedByHand(instances)}, so that ${host} cannot take the VIP`,
    mend: `see haproxy's and pacemaker's log on ${host}`,
    explains: 'haproxy does not run',
    ...(failed ? ({ follows: 'an action failed' } as const) : {}),
    soon: true,
  }
}

function waits(host: string): Finding {
  return {
    check: `haproxy[${host}]`,
    host,
    status: 'passed',
    message: `haproxy waits on ${host} for the VIP to come`,
    explains: 'haproxy does not run',
  }
}

function stoppedByHand(instances: ClusterStatus['resources']): string {
  return instances.some(({ targetRole }) => targetRole === 'Stopped') ? ' (it was told to stop: target-role)' : ''
}
