import type { Sample } from '../checks/check.ts'
import { parseAddresses } from '../facts/interfaces.ts'
import type { Inventory } from '../inventory/model.ts'
import { canonicalAddress } from '../lib/address.ts'
import { announcedVips, peers } from '../roles/keepalived/conversation.ts'
import type { Contents } from './contents.ts'
import type { View } from './look.ts'
import type { Observation } from './observe.ts'

/** What is alive in a cluster before it is changed: read from what its members run with, not from what is wanted of them. */
export interface Live {
  /** Members whose keepalived runs. */
  readonly running: ReadonlySet<string>
  /** Every VIP there is, as its canonical address: wanted ones, and those that members announce until now. */
  readonly vips: ReadonlySet<string>
  /** Members that hold one of them. */
  readonly holders: readonly string[]
  /**
   * Members that those who run do not list as a peer: started before they are, or going on, they would be second holders.
   * Where nobody lists anybody (everything changed at once) there are none.
   */
  readonly unlisted: ReadonlySet<string>
}

/** Reads the living from a look. Pure. */
export function readLive(inventory: Inventory, view: View, contents: Contents): Live {
  const observations = [...view.observations.values()]
  const running = new Set(observations.filter(runsKeepalived).map(({ host }) => host))
  const configs = new Map(observations.map(({ host }) => [host, runningConfigs(host, view, contents)]))
  const announced = [...configs.values()].flatMap((maybe) => maybe.flatMap(announcedVips))
  const vips = new Set([...inventory.vips.map(({ address }) => address), ...announced].map(canonicalAddress))
  return {
    running,
    vips,
    holders: observations.filter(({ samples }) => holdsAny(samples, vips)).map(({ host }) => host),
    unlisted: unlistedOf(inventory, running, configs),
  }
}

function unlistedOf(
  { loadBalancers }: Inventory,
  running: ReadonlySet<string>,
  configs: ReadonlyMap<string, readonly string[]>,
): ReadonlySet<string> {
  const lists = new Map(
    [...running].map((host) => [host, (configs.get(host) ?? []).map(peers).filter((list) => list.length > 0)]),
  )
  const isListed = (name: string, address: string): boolean => {
    const others = [...lists].filter(([host]) => host !== name).flatMap(([, own]) => own)
    // A member that runs needs one that listens to it; one that does not run is started only when all of them do.
    return (
      others.length === 0 ||
      (running.has(name)
        ? others.some((list) => list.includes(address))
        : others.every((list) => list.includes(address)))
    )
  }
  const unlisted = loadBalancers.filter(({ name, address }) => !isListed(name, address)).map(({ name }) => name)
  const stranded = unlisted.filter((name) => running.has(name))
  return new Set(stranded.length === running.size ? unlisted.filter((name) => !running.has(name)) : unlisted)
}

/** Whether one of these canonical addresses is on a host, by any of its samples that names addresses. */
export function holdsAny(samples: ReadonlyMap<string, Sample>, vips: ReadonlySet<string>): boolean {
  const [taken] = [...samples].filter(([check]) => check.startsWith('vip[')).map(([, sample]) => sample)
  if (taken === undefined) return false
  return [...parseAddresses(taken.output).values()].flat().some(({ address }) => vips.has(canonicalAddress(address)))
}

/**
 * The keepalived.conf that a member runs with: fetched where it differs from the wanted one, else the one that its facts hold.
 * Two where a run was killed between a reload and its stamp: it may be either.
 */
function runningConfigs(host: string, view: View, contents: Contents): readonly string[] {
  const path = view.built.hosts.find(({ name }) => name === host)?.platform.keepalived.config ?? ''
  const fetched = contents.get(host)?.get(path)
  const maybe = fetched === undefined ? [view.facts.get(host)?.configs.keepalived] : [fetched.running, fetched.now]
  return maybe.flatMap((config) => config?.reveal() ?? [])
}

/** Whether a member's keepalived runs, with whatever configuration. */
export function runsKeepalived(observation: Observation): boolean {
  return runs(observation, 'keepalived')
}

/** Whether a unit that a host shall have loaded runs there now. */
export function runs({ resources }: Observation, unit: string): boolean {
  const loaded = resources.find(({ resource }) => resource.id === `loaded[${unit}]`)
  return loaded?.comparison.changes.every(({ before }) => before !== 'not running') === true
}
