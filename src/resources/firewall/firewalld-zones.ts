import type { Opening, Packet } from '../../platform/firewall/types.ts'
import { contains } from './networks.ts'

/** A zone as `firewall-cmd --list-all-zones` tells it: words by key, and its rich rules. */
export interface Zone {
  readonly name: string
  readonly words: ReadonlyMap<string, readonly string[]>
  readonly richRules: readonly string[]
}

/** Reads a listing of all zones. */
export function parseZones(text: string): readonly Zone[] {
  return text.split(/\n\s*\n/).flatMap((block) => {
    const lines = block.split('\n').filter((line) => line.trim() !== '' && !/^(runtime|permanent)$/.test(line))
    const [head = ''] = lines
    // `public`, `public (active)`, `public (default, active)`.
    const name = /^(\S+)(?: \(.*\))?$/.exec(head)?.[1]
    if (name === undefined) return []
    const words = lines.slice(1).flatMap((line) => {
      const [, key, rest] = /^ {2}([a-z-][a-z -]*): ?(.*)$/.exec(line) ?? []
      return key === undefined ? [] : [[key, (rest ?? '').split(/\s+/).filter((word) => word !== '')] as const]
    })
    const richRules = lines.map((line) => line.trim()).filter((line) => line.startsWith('rule '))
    return [{ name, words: new Map(words), richRules }]
  })
}

/** A zone that names the sender comes before the zone of the interface, and that before the default zone. */
export function zoneOf(zones: readonly Zone[], packet: Packet, fallback: string): string {
  const { source } = packet
  const bySource = zones.find(
    ({ words }) =>
      source !== undefined && (words.get('sources') ?? []).some((network) => contains(network, source) === true),
  )
  const byInterface = zones.find(({ words }) =>
    (words.get('interfaces') ?? []).some((name) =>
      name.endsWith('+') ? packet.interface.startsWith(name.slice(0, -1)) : name === packet.interface,
    ),
  )
  return (bySource ?? byInterface)?.name ?? fallback
}

/** The names of services that mean this opening. An operator's file of a name replaces the shipped one. */
export function servicesOf(text: string, { protocol, port }: Opening): ReadonlySet<string> {
  const found = new Map<string, boolean>()
  const lines = [...text.matchAll(/^\/(etc|usr)\S*\/([\w.-]+)\.xml:(.*)$/gm)]
  const own = new Set(lines.filter(([, where]) => where === 'etc').map(([, , name = '']) => name))
  for (const [, where, name = '', line = ''] of lines) {
    if (where === 'usr' && own.has(name)) continue
    const range = /port="([0-9-]+)"/.exec(line)?.[1] ?? ''
    const fits =
      protocol === 'vrrp'
        ? /<protocol value="(vrrp|112)"/.test(line)
        : line.includes(`protocol="${protocol}"`) && isPort(range, port)
    found.set(name, (found.get(name) ?? false) || fits)
  }
  return new Set([...found].filter(([, fits]) => fits).map(([name]) => name))
}

/** `6443`, `30000-32767`. */
export function isPort(range: string, port: number | undefined): boolean {
  const [from, to = from] = range.split('-').map(Number)
  return port !== undefined && from !== undefined && from <= port && port <= (to ?? from)
}
