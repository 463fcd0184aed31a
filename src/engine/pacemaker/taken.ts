import type { Inventory } from '../../inventory/model.ts'
import { canonicalAddress } from '../../lib/address.ts'
import { holdsAny } from '../live.ts'
import type { View } from '../look.ts'

/** A VIP that another member takes as soon as it runs there, and why. */
export interface Taken {
  readonly vip: string
  readonly by: string
  readonly why: string
}

/** What pacemaker counts infinity as. */
const INFINITY = 1_000_000

/** VIPs that a member prefers by more than what keeps them where they are. Pure. */
export function takenVips({ vips, pacemaker, loadBalancers }: Inventory, { observations }: View): readonly Taken[] {
  return vips.flatMap(({ name, address, preferences }) => {
    const canonical = new Set([canonicalAddress(address)])
    const holders = [...observations.values()].filter(({ samples }) => holdsAny(samples, canonical))
    const [holder] = holders
    if (holder === undefined || holders.length > 1) return []
    const scoreOf = (host: string): number => number(preferences.get(host) ?? 0)
    const [first] = loadBalancers.toSorted((a, b) => scoreOf(b.name) - scoreOf(a.name))
    const kept = scoreOf(holder.host) + pacemaker.stickiness
    if (first === undefined || first.name === holder.host || scoreOf(first.name) <= kept) return []
    const why = `prefer ${scoreOf(first.name)} is more than the ${kept} that keep it on ${holder.host}`
    return [{ vip: name, by: first.name, why }]
  })
}

function number(score: number | '-INFINITY' | 'INFINITY'): number {
  return typeof score === 'number' ? score : score === 'INFINITY' ? INFINITY : -INFINITY
}
