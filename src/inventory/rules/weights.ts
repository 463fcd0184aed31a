import type { Path } from '../../lib/yaml.ts'
import type { Keepalived, LoadBalancer } from '../model.ts'
import { effectivePriority } from '../priority.ts'
import { orderedPairs } from './pairs.ts'
import { error, type Rule } from './rule.ts'

/** Something keepalived tracks, and what its failure weighs. */
interface Tracked {
  readonly name: string
  readonly weight: number
  readonly path: Path
}

function tracked({ check, scripts, trackProcess }: Keepalived): readonly Tracked[] {
  const at = ['keepalived']
  return [
    ...(check.kind === 'none' ? [] : [{ name: 'check', weight: check.weight, path: [...at, 'check', 'weight'] }]),
    ...scripts.map(({ name, weight }) => ({ name, weight, path: [...at, 'scripts', name, 'weight'] })),
    ...(trackProcess === undefined
      ? []
      : [{ name: 'track_process', weight: trackProcess.weight, path: [...at, 'track_process', 'weight'] }]),
  ]
}

export const weightRange: Rule = ({ inventory }) =>
  tracked(inventory.keepalived)
    .filter(({ weight }) => weight < -253 || weight > 253)
    .map(({ weight, path }) =>
      error(path, `weight ${weight} is out of range`, 'write -253 to 253; 0 always gives the VIP up'),
    )

/**
 * A host where something fails must fall below every host where all is well, or the VIP stays where haproxy is dead.
 * Each failure only lowers a priority further, so if one failing alone is enough, so is every set of them
 * (a test compares this with a simulation of all sets).
 */
export const weightTooSmall: Rule = ({ inventory: { keepalived, loadBalancers } }) => {
  const all = tracked(keepalived)
  return all.flatMap((failing, index) => {
    if (failing.weight === 0) return []
    const [pair] = keepers(loadBalancers, all, index)
    if (pair === undefined) return []
    const [host, healthy] = pair
    const weights = all.map(({ weight }) => weight)
    const left = effectivePriority(host.priority, weights, new Set([index]))
    const other = effectivePriority(healthy.priority, weights, new Set())
    const message =
      `weight ${failing.weight} does not move the VIP: when ${failing.name} fails on ${host.name}, ` +
      `it has priority ${left}, and ${healthy.name}, where all is well, has ${other}`
    return [error(failing.path, message, advice(loadBalancers, all, index))]
  })
}

/** Pairs of which the first would keep the VIP from the second although `index` fails on it; the gravest first. */
function keepers(hosts: readonly LoadBalancer[], all: readonly Tracked[], index: number) {
  const weights = all.map(({ weight }) => weight)
  const failing = new Set([index])
  return orderedPairs(hosts)
    .filter(
      ([a, b]) => effectivePriority(a.priority, weights, failing) >= effectivePriority(b.priority, weights, new Set()),
    )
    .sort(([a, b], [c, d]) => c.priority - d.priority - (a.priority - b.priority))
}

/** The smallest weight of the same sign that would do; there may be none between 1 and 254. */
function advice(hosts: readonly LoadBalancer[], all: readonly Tracked[], index: number): string {
  const sign = Math.sign(all[index]?.weight ?? -1)
  for (let size = 1; size <= 253; size++) {
    const changed = all.map((one, at) => (at === index ? { ...one, weight: sign * size } : one))
    if (keepers(hosts, changed, index).length === 0) return `write ${sign * size}, or 0, which always gives the VIP up`
  }
  return 'write 0, which always gives the VIP up'
}

/** Priorities end at 254: above it, what was different becomes equal. */
export const weightClamped: Rule = (subject) => {
  const { keepalived, loadBalancers } = subject.inventory
  if (weightTooSmall(subject).length > 0) return []
  const all = tracked(keepalived)
  const weights = all.map(({ weight }) => weight)
  const heaviest = all.toSorted((a, b) => b.weight - a.weight)[0]
  if (heaviest === undefined || heaviest.weight <= 0) return []
  const clash = orderedPairs(loadBalancers).find(
    ([a, b]) =>
      a.priority > b.priority &&
      effectivePriority(a.priority, weights, new Set()) === effectivePriority(b.priority, weights, new Set()),
  )
  if (clash === undefined) return []
  const [a, b] = clash
  const message = `with weight ${heaviest.weight}, ${a.name} (${a.priority}) and ${b.name} (${b.priority}) both come to 254 when all is well`
  return [error(heaviest.path, message, 'lower the priorities, or write 0')]
}

/** A lowered master is not pre-empted by backups that do not pre-empt. */
export const nopreemptWeight: Rule = ({ inventory: { keepalived } }) =>
  keepalived.preempt
    ? []
    : tracked(keepalived)
        .filter(({ weight }) => weight !== 0)
        .map(({ weight, path }) => {
          const message = `weight ${weight} does nothing with preempt: false: nobody takes the VIP from a lowered master`
          return error(path, message, 'write 0, which gives the VIP up, or preempt: true')
        })
