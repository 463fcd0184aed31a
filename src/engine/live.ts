import { parseAddresses } from '../facts/interfaces.ts'
import type { Inventory } from '../inventory/model.ts'
import { announcedVips, peers } from '../roles/keepalived/conversation.ts'
import type { OldContent } from './contents.ts'
import type { View } from './look.ts'
import type { Observation } from './observe.ts'

/** The contents of files that differ, by host and path. */
export type Contents = ReadonlyMap<string, ReadonlyMap<string, OldContent>>

/** What is alive in a cluster before it is changed: read from what its members run with, not from what is wanted of them. */
export interface Live {
  /** Members whose keepalived runs. */
  readonly running: ReadonlySet<string>
  /** Members that hold a VIP, a wanted one or one that they announce until now. */
  readonly holders: readonly string[]
  /** Members that do not run and that a running one does not list yet: started before it does, they would be second holders. */
  readonly unlisted: ReadonlySet<string>
}

/** Reads the living from a look. Pure. */
export function readLive(inventory: Inventory, view: View, contents: Contents): Live {
  const observations = [...view.observations.values()]
  const running = new Set(observations.filter(runsKeepalived).map(({ host }) => host))
  const configs = new Map(observations.map(({ host }) => [host, runningConfigs(host, view, contents)]))
  const vips = new Set([
    ...inventory.vips.map(({ address }) => address),
    ...[...configs.values()].flatMap((maybe) => maybe.flatMap(announcedVips)),
  ])
  const listed = [...running].flatMap((host) => (configs.get(host) ?? []).map(peers)).filter((list) => list.length > 0)
  return {
    running,
    holders: observations
      .filter((observation) => addressesOf(observation).some((address) => vips.has(address)))
      .map(({ host }) => host),
    unlisted: new Set(
      inventory.loadBalancers
        .filter(({ name, address }) => !running.has(name) && listed.some((list) => !list.includes(address)))
        .map(({ name }) => name),
    ),
  }
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

function runsKeepalived({ resources }: Observation): boolean {
  const loaded = resources.find(({ resource }) => resource.id === 'loaded[keepalived]')
  return loaded?.comparison.changes.every(({ before }) => before !== 'not running') === true
}

function addressesOf({ samples }: Observation): readonly string[] {
  const [taken] = [...samples].filter(([check]) => check.startsWith('vip[')).map(([, sample]) => sample)
  return taken === undefined ? [] : [...parseAddresses(taken.output).values()].flat().map(({ address }) => address)
}
