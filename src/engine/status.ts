import type { Sample } from '../checks/check.ts'
import type { ClusterNode } from '../checks/cluster-status.ts'
import { answers, bestOf, viewOf, type AnsweringView, type MemberView } from '../checks/member-view.ts'
import type { Inventory } from '../inventory/model.ts'
import { parseService } from '../resources/service.ts'
import type { Built } from './build.ts'
import { endingOfCheck, examine } from './check.ts'
import type { Event, MemberState } from './events.ts'
import type { Samples } from './observe.ts'
import { tellFindings, type Ending } from './outcome.ts'
import type { Run } from './run.ts'

/** The same look and the same judgement as a verification, told as who is what; changes nothing. */
export async function status(run: Run): Promise<Ending> {
  const { built, verification } = await examine(run)
  run.emit(statusOf(run.inventory, built, verification.samples))
  tellFindings(verification.findings, run.emit)
  return endingOfCheck(verification)
}

/** Who is what, by one look. Pure. */
export function statusOf(
  { loadBalancers, ha }: Pick<Inventory, 'loadBalancers' | 'ha'>,
  built: Pick<Built, 'hosts' | 'vips'>,
  samples: Samples,
): Extract<Event, { type: 'status' }> {
  const views = [...samples.values()].flatMap((byCheck) => byCheck.get('cluster') ?? []).map(viewOf)
  const best = bestOf(views.filter(answers))
  return {
    type: 'status',
    ha,
    members: loadBalancers.map(({ name }) =>
      memberState(name, { built, samples, stateOf: ha === 'pacemaker' ? clusterState(views, best) : keepalivedState }),
    ),
    cluster:
      best === undefined
        ? undefined
        : { dc: best.status.dc, maintenance: best.status.maintenance, failures: best.status.failures },
  }
}

type StateOf = (name: string, own: ReadonlyMap<string, Sample> | undefined) => Pick<MemberState, 'state' | 'quorum'>

interface Seen {
  readonly built: Pick<Built, 'hosts' | 'vips'>
  readonly samples: Samples
  readonly stateOf: StateOf
}

function memberState(host: string, { built, samples, stateOf }: Seen): MemberState {
  const own = samples.get(host)
  const unit = built.hosts.find(({ name }) => name === host)?.platform.haproxy.unit
  return {
    host,
    ...stateOf(host, own),
    haproxy: unit === undefined ? undefined : isActive(own, unit),
    vips: own === undefined ? undefined : built.vips.filter((vip) => holds(vip, own)).map(({ vip }) => vip.name),
  }
}

function holds(vip: Built['vips'][number], own: ReadonlyMap<string, Sample>): boolean {
  const sample = own.get(vip.id)
  return sample !== undefined && vip.holders([sample]).length > 0
}

const keepalivedState: StateOf = (_, own) => {
  const runs = isActive(own, 'keepalived')
  return { state: runs === undefined ? 'out of sight' : runs ? 'runs' : 'does not run', quorum: undefined }
}

/** By the best view there is: a member that is out of sight is what the others say of it. */
function clusterState(views: readonly MemberView[], best: AnsweringView | undefined): StateOf {
  return (name) => {
    const view = views.find(({ host }) => host === name)
    // Where a cluster is split, each member knows best of itself.
    const by = view !== undefined && answers(view) ? view : best
    const quorum = view === undefined || !answers(view) ? undefined : view.quorate
    if (by === undefined) return { state: view === undefined ? 'out of sight' : 'offline', quorum }
    return { state: wordOf(by.status.nodes.find((node) => node.name === name)), quorum }
  }
}

function wordOf(node: ClusterNode | undefined): MemberState['state'] {
  if (node === undefined) return 'no node'
  if (node.unclean) return 'unclean'
  if (node.pending) return 'joining'
  if (!node.online) return 'offline'
  if (node.maintenance) return 'maintenance'
  return node.standby || node.standbyOnFail ? 'standby' : 'online'
}

function isActive(own: ReadonlyMap<string, Sample> | undefined, unit: string): boolean | undefined {
  const sample = own?.get(`service[${unit}]`)
  return sample === undefined ? undefined : parseService(sample.output).active
}
