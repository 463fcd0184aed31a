import type { Ip } from '../addresses.ts'
import { parseIp } from '../addresses.ts'
import type { Vip } from '../model.ts'
import type { RawInventory } from '../schema/inventory.ts'
import { type Context, note } from './context.ts'

export const DEFAULT_INSTANCE_PREFIX = 'VI_'

export function normaliseVips(raw: RawInventory, context: Context): readonly Vip[] {
  const instancePrefix = raw.keepalived?.instance ?? DEFAULT_INSTANCE_PREFIX
  const ips = new Map(Object.entries(raw.vips).map(([name, vip]) => [name, parseIp(vip.address)]))
  const derived = deriveRouterIds(raw, ips)
  return Object.entries(raw.vips).map(([name, vip]) => {
    const ip = ips.get(name)
    if (ip === undefined) {
      const path = ['vips', name, 'address']
      note(
        context,
        'vip-address',
        path,
        `"${vip.address}" is no IP address`,
        'write an IPv4 or IPv6 address, with or without /prefix',
      )
    }
    return {
      name,
      address: ip?.text ?? vip.address,
      prefix: ip?.prefix,
      family: ip?.family ?? 4,
      interface: vip.interface,
      virtualRouterId: vip.virtual_router_id ?? derived.get(name) ?? 1,
      instance: vip.instance ?? `${instancePrefix}${name}`,
      label: vip.label,
      broadcast: vip.broadcast,
      options: new Map(Object.entries(vip.options ?? {}).map(([name, value]) => [name, String(value)])),
      preferences: new Map(Object.entries(vip.prefer ?? {}).map(([lb, score]) => [lb, scoreOf(score)])),
    }
  })
}

/**
 * A VRID that comes from the VIP stays when the file is edited: the last part of the address, in 1–255. Where two
 * VIPs come to the same, the later by name takes the next free one. Those that are written down are taken first.
 */
function deriveRouterIds(raw: RawInventory, ips: ReadonlyMap<string, Ip | undefined>): ReadonlyMap<string, number> {
  const written = Object.values(raw.vips).flatMap((vip) => vip.virtual_router_id ?? [])
  const taken = new Set(written)
  const derived = new Map<string, number>()
  const open = Object.keys(raw.vips).filter((name) => raw.vips[name]?.virtual_router_id === undefined)
  for (const name of open.sort()) {
    const ip = ips.get(name)
    let candidate = ip === undefined ? 1 : fold(ip)
    for (let tries = 0; taken.has(candidate) && tries < 255; tries++) candidate = (candidate % 255) + 1
    taken.add(candidate)
    derived.set(name, candidate)
  }
  return derived
}

function fold(ip: Ip): number {
  const last = Number(ip.number & (ip.family === 4 ? 0xffn : 0xffffn))
  return last === 0 ? 255 : ((last - 1) % 255) + 1
}

function scoreOf(score: number | 'always' | 'never'): number | 'INFINITY' | '-INFINITY' {
  if (typeof score === 'number') return score
  return score === 'always' ? 'INFINITY' : '-INFINITY'
}
