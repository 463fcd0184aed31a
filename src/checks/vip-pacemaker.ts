import { canonicalAddress } from '../lib/address.ts'
import { listed } from './check.ts'
import { sameResource } from './cluster-resources.ts'
import { answers, bestOf, CLUSTER_PROBE, viewOf, type AnsweringView, type MemberView } from './member-view.ts'
import type { Reason, VipReasons } from './vip-reasons.ts'

/** pacemaker: what it makes of the cluster resource that holds the address. */
export const pacemakerReasons: VipReasons = {
  probe: CLUSTER_PROBE,
  nowhere(address, samples) {
    const views = samples.map(viewOf)
    const best = bestOf(views.filter(answers))
    if (best === undefined) return { why: 'pacemaker runs nowhere', mend: "'ha-provision up' starts it" }
    return beforeResources(best) ?? ofResource(best, address)
  },
  atOnce(address, holders, samples) {
    const views = samples.map(viewOf)
    const holding = views.filter(({ host }) => holders.includes(host))
    const causes = holding.flatMap((view) => strayOn(view, holding, address))
    if (causes.length > 0) return causes
    if (isSplit(holding)) {
      return [
        {
          why: 'the cluster is split, and nobody fences: each part has started it',
          mend: `let corosync's packets pass between them; fencing devices in the inventory keep this from happening`,
        },
      ]
    }
    return [{ why: 'they see each other, so that it is being moved or was added by hand', mend: BY_HAND }]
  },
}

const BY_HAND = `an address added by hand goes away with 'ip addr del'`

/** Why nothing is started at all. */
function beforeResources({ host, quorate, status }: AnsweringView): Reason | undefined {
  if (quorate === false)
    return { why: 'no member has quorum', mend: `give the cluster its quorum back: see the check 'quorum'` }
  if (status.dc === undefined) return { why: 'no DC is elected yet', mend: `see pacemaker's log on ${host}` }
  if (status.stopsAll) return { why: 'the cluster was told to stop all resources', mend: `see the check 'maintenance'` }
  return undefined
}

function ofResource({ addresses, status }: AnsweringView, address: string): Reason {
  const id = addresses.get(canonicalAddress(address))
  const resource = status.resources.find((one) => one.id === id)
  if (id === undefined || resource === undefined) {
    return { why: 'the CIB has no cluster resource for it', mend: `'ha-provision up' makes it` }
  }
  if (resource.targetRole === 'Stopped') {
    return { why: `its cluster resource ${id} was told to stop (target-role)`, mend: `'ha-provision up' starts it` }
  }
  const failure = status.failures.find((one) => sameResource(one.resource, id))
  if (failure !== undefined) {
    return {
      why: `its cluster resource ${id} failed on ${failure.node} (${failure.operation}: ${failure.reason})`,
      mend: `mend its reason, then 'ha-provision up --cleanup' lets pacemaker try again`,
    }
  }
  if (status.maintenance || !resource.managed) {
    return {
      why: `pacemaker does not manage its cluster resource ${id} now`,
      mend: 'end the maintenance, or manage it again',
    }
  }
  if (resource.active) {
    return {
      why: `pacemaker believes that ${listed(resource.nodes)} holds it (${id}), so that it was taken away by hand`,
      mend: 'the next monitor finds it out and starts it again',
    }
  }
  const idle = !status.resources.some(({ agent, active }) => agent.startsWith('systemd:') && active)
  return idle
    ? { why: 'haproxy runs nowhere, and it is only where haproxy runs', mend: 'see why haproxy does not run' }
    : {
        why: `pacemaker does not start ${id} anywhere`,
        mend: `see pacemaker's log on ${status.dc ?? 'the DC'}: it tells why`,
      }
}

/** What makes a holder one beside the cluster. */
function strayOn(view: MemberView, holding: readonly MemberView[], address: string): readonly Reason[] {
  const { host, runsKeepalived } = view
  if (runsKeepalived) {
    return [
      {
        why: `on ${host} keepalived runs too`,
        mend: `'ha-provision up' stops and disables it; until then 'systemctl disable --now keepalived' does`,
      },
    ]
  }
  if (!answers(view)) {
    return [
      {
        why: `on ${host} pacemaker does not run, so that it was left behind or added by hand`,
        mend: `start pacemaker there, or take the address away with 'ip addr del'`,
      },
    ]
  }
  const resource = view.status.resources.find(({ id }) => id === view.addresses.get(canonicalAddress(address)))
  if (isSplit(holding) || resource === undefined || !resource.active || resource.nodes.includes(host)) return []
  return [
    {
      why: `pacemaker started it on ${listed(resource.nodes)} only, so that it was added by hand on ${host}`,
      mend: BY_HAND,
    },
  ]
}

function isSplit(views: readonly MemberView[]): boolean {
  return views.some(({ sees = [] }) => views.some(({ host }) => !sees.includes(host)))
}
