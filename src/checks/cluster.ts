import { judgeHaproxy } from './cluster-haproxy.ts'
import { judgeMembership } from './cluster-membership.ts'
import { judgeNodes } from './cluster-nodes.ts'
import { judgeResources } from './cluster-resources.ts'
import { leadsTo, listed, type Check, type Finding } from './check.ts'
import { answers, bestOf, CLUSTER_PROBE, viewOf, type AnsweringView, type MemberView } from './member-view.ts'
import type { WantedCluster } from './wanted-cluster.ts'

/** Quorum, members, what failed, and where haproxy runs: what pacemaker and corosync of all members say together. */
export function clusterCheck(wanted: WantedCluster): Check {
  return {
    id: 'cluster',
    scope: 'cluster',
    probe: () => CLUSTER_PROBE,
    judge: (samples, outOfSight) => judgeCluster(wanted, samples.map(viewOf), outOfSight),
  }
}

function judgeCluster(
  wanted: WantedCluster,
  views: readonly MemberView[],
  outOfSight: readonly string[],
): readonly Finding[] {
  const silent = views.filter((view) => !answers(view)).flatMap((view) => silence(view, wanted))
  const answering = views.filter(answers)
  const best = bestOf(answering)
  if (best === undefined) return silent
  const found = [
    ...silent,
    // Where the members do not act as one, or nobody decides yet, how the nodes are and what runs on them follows from that.
    ...firstOf(
      () => judgeMembership(wanted.members, answering, outOfSight),
      () => (best.status.dc === undefined ? [noDc()] : []),
      () => [
        ...judgeNodes(wanted.members, views, best.status, outOfSight),
        ...judgeResources(best.status),
        ...judgeHaproxy(wanted, best.status),
      ],
    ),
  ]
  return found.some(({ status }) => status !== 'passed') ? found : [...found, wellAll(wanted, best)]
}

/** The first that finds something. */
function firstOf(...judges: readonly (() => readonly Finding[])[]): readonly Finding[] {
  for (const judge of judges) {
    const found = judge()
    if (found.length > 0) return found
  }
  return []
}

function silence({ host, sees }: MemberView, { logCommand }: WantedCluster): readonly Finding[] {
  const [message, follows] =
    sees === undefined
      ? (['corosync does not answer', 'corosync does not run'] as const)
      : (['pacemaker does not answer', 'pacemaker does not run'] as const)
  return [
    {
      check: 'cluster',
      host,
      status: 'failed',
      message: `${message}: ${host} takes no part in the cluster`,
      mend: `'ha-provision up' starts it; why it does not answer: '${logCommand}' on ${host}`,
      explains: 'the member is not in the cluster',
      follows,
      soon: true,
    },
    leadsTo('cluster', host, 'the member is not in the cluster', 'haproxy does not run'),
  ]
}

function noDc(): Finding {
  return {
    check: 'cluster',
    host: undefined,
    status: 'failed',
    message: 'no DC is elected yet, so that nobody decides what runs where',
    mend: 'after a start that takes up to half a minute; if it lasts, see the logs of corosync and pacemaker',
    explains: 'haproxy does not run',
    soon: true,
  }
}

function wellAll({ members }: WantedCluster, { status }: AnsweringView): Finding {
  const message = `${listed(members)} are online with quorum, ${status.dc ?? 'nobody'} is the DC, and nothing has failed`
  return { check: 'cluster', host: undefined, status: 'passed', message }
}
