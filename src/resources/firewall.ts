import { firewallNamed } from '../platform/firewall/index.ts'
import type { FirewallName, Opening } from '../platform/firewall/types.ts'
import { judgeOpening } from './firewall/judge.ts'
import type { ObservedOpening } from './firewall/verdict.ts'
import { resource, type Kind, type Resource } from './kind.ts'

interface FirewallSpec {
  readonly manager: FirewallName
  readonly opening: Opening
  /** All openings of the host: they share one probe. */
  readonly all: readonly Opening[]
}

/** Lets what the cluster needs through a firewall, running and after a restart; rules that are there are nobody's business here. */
export const firewallKind: Kind<FirewallSpec, ObservedOpening> = {
  kind: 'firewall',
  probe: ({ manager, all }) => firewallNamed(manager).probe(all),
  parse: (output, { manager, opening }) => judgeOpening(manager, output, opening),
  diff: (_spec, { gaps }) =>
    (['runtime', 'permanent'] as const)
      .filter((scope) => gaps.some((gap) => gap.scope === scope))
      .map((scope) => ({
        property: scope,
        before: `closed (${[...new Set(gaps.filter((gap) => gap.scope === scope).map(({ chain }) => chain))].join(', ')})`,
        after: 'open',
      })),
  actions: ({ manager, opening }, _changes, { gaps }) => [{ do: 'open', manager, opening, gaps }],
  doubts: (_spec, { runtime, permanent }) => [
    ...(runtime.is === 'unknown' ? [`whether it is let through is not known: ${runtime.why}`] : []),
    ...(permanent.is === 'unknown' && runtime.is !== 'unknown'
      ? [`whether it is let through after a restart is not known: ${permanent.why}`]
      : []),
  ],
}

/** Something that the host's firewall shall let through. */
export function firewallResource(spec: FirewallSpec): Resource {
  return resource(firewallKind, spec.opening.name, spec)
}
