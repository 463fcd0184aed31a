import type { Inventory, LoadBalancer } from '../../inventory/model.ts'
import { build } from '../build.ts'
import type { View } from '../look.ts'
import { settleNodeIds } from '../node-ids.ts'
import type { Run } from '../run.ts'
import type { LiveCluster } from './live.ts'
import { whoIs } from './who.ts'

/** How far a change of who is a member has come. */
export interface Stage {
  /** Members that are not listed yet, or not any more. */
  readonly absent: readonly string[]
  /** Members that are listed by the addresses they had. */
  readonly unmoved: readonly string[]
}

/**
 * What is wanted for now, on the way to all that is wanted. A member that is listed and does not run is a vote that is missing: several at
 * once would cost the others their quorum.
 */
export function stagedView(run: Run, view: View, live: LiveCluster, stage: Stage): View {
  if (stage.absent.length + stage.unmoved.length === 0) return view
  const inventory = stagedInventory(run.inventory, settleNodeIds(run.inventory, view.facts), live, stage)
  return { ...view, built: build(inventory, run.playbook, view.facts, view.secrets) }
}

/** The inventory of a stage. Numbers are those of the whole: another one would tear a member off that runs. Pure. */
export function stagedInventory(
  inventory: Inventory,
  nodeIds: ReadonlyMap<string, number>,
  { listed }: Pick<LiveCluster, 'listed'>,
  { absent, unmoved }: Stage,
): Inventory {
  const asBefore = (lb: LoadBalancer): LoadBalancer => {
    const before = listed.find((member) => whoIs(member, listed, inventory.loadBalancers) === lb)
    const [address = lb.address, ...links] = before?.addresses.values() ?? []
    return { ...lb, address, links }
  }
  return {
    ...inventory,
    loadBalancers: inventory.loadBalancers
      .filter(({ name }) => !absent.includes(name))
      .map((lb) => ({ ...(unmoved.includes(lb.name) ? asBefore(lb) : lb), nodeId: nodeIds.get(lb.name) })),
  }
}
