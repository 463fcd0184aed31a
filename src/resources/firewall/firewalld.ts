import type { Gap, Opening, Packet } from '../../platform/firewall/types.ts'
import { contains } from './networks.ts'
import { distinct, worst, type ObservedOpening, type Verdict } from './verdict.ts'

/** A zone as `firewall-cmd --list-all-zones` tells it: words by key, and its rich rules. */
interface Zone {
  readonly name: string
  readonly words: ReadonlyMap<string, readonly string[]>
  readonly richRules: readonly string[]
}

type Scope = 'runtime' | 'permanent'

/** Judges an opening by the zones that its packets come through, as firewalld lists them. */
export function judgeFirewalld(output: string, opening: Opening): ObservedOpening {
  const part = (name: string): string => output.split(/^== /m).find((text) => text.startsWith(`${name}\n`)) ?? ''
  const zones = { runtime: parseZones(part('runtime')), permanent: parseZones(part('permanent')) }
  if (zones.runtime.length === 0) {
    const silent: Verdict = { is: 'unknown', why: 'firewalld runs and does not answer' }
    return { runtime: silent, permanent: silent, gaps: [] }
  }
  const fallback = (/^default=(\S+)$/m.exec(output) ?? [])[1] ?? 'public'
  const services = servicesOf(part('services'), opening)
  const judged = (['runtime', 'permanent'] as const).map((scope) =>
    opening.packets
      .filter(({ direction }) => direction === 'in')
      .map((packet) => {
        // Which zone a packet comes through is known of the running rules alone: NetworkManager binds interfaces when they come up.
        const zone = zoneOf(zones.runtime, packet, fallback)
        const verdict = judge(
          zones[scope].find(({ name }) => name === zone),
          zone,
          packet,
          services,
        )
        return { verdict, gap: gap(scope, zone) }
      }),
  )
  const [runtime = [], permanent = []] = judged
  const gaps = [...runtime, ...permanent].flatMap(({ verdict, gap: place }) => (verdict.is === 'closed' ? [place] : []))
  return {
    runtime: worst(runtime.map(({ verdict }) => verdict)),
    permanent: worst(permanent.map(({ verdict }) => verdict)),
    gaps: distinct(gaps),
  }
}

function gap(scope: Scope, chain: string): Gap {
  return { scope, family: undefined, chain, before: undefined, file: undefined }
}

function parseZones(text: string): readonly Zone[] {
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
function zoneOf(zones: readonly Zone[], packet: Packet, fallback: string): string {
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

function judge(zone: Zone | undefined, name: string, packet: Packet, services: ReadonlySet<string>): Verdict {
  if (zone === undefined) return { is: 'unknown', why: `firewalld has no zone ${name}` }
  const has = (key: string, fits: (word: string) => boolean): boolean => (zone.words.get(key) ?? []).some(fits)
  const rules = zone.richRules.filter((rule) => concerns(rule, packet, services)).map((rule) => effect(rule, packet))
  const against = rules.find(({ does }) => does === 'refuses')
  if (against !== undefined) return { is: 'unknown', why: `zone ${name} of firewalld refuses it by '${against.rule}'` }
  const open =
    has('target', (word) => word === 'ACCEPT') ||
    has('services', (word) => services.has(word)) ||
    (packet.protocol === 'vrrp'
      ? has('protocols', (word) => word === 'vrrp' || word === '112')
      : has('ports', (word) => isPort(word, '/', packet.port))) ||
    rules.some(({ does }) => does === 'accepts')
  if (open) return { is: 'open' }
  const some = rules.find(({ does }) => does === 'accepts some')
  if (some !== undefined) return { is: 'unknown', why: `zone ${name} of firewalld lets some in, by '${some.rule}'` }
  return { is: 'closed', by: `zone ${name} of firewalld` }
}

/** `6443/tcp`, `30000-32767/tcp`. */
function isPort(word: string, separator: string, port: number | undefined): boolean {
  const [range = '', protocol = 'tcp'] = word.split(separator)
  const [from, to = from] = range.split('-').map(Number)
  return protocol === 'tcp' && port !== undefined && from !== undefined && from <= port && port <= (to ?? from)
}

/** Whether a rich rule is about such packets; one without port, protocol and service is about all of a sender's. */
function concerns(rule: string, { family, protocol, port }: Packet, services: ReadonlySet<string>): boolean {
  const of = /family="?(ipv[46])/.exec(rule)?.[1]
  if (of !== undefined && of !== `ipv${family}`) return false
  const range = / port port="?([0-9-]+)"? protocol="?(\w+)/.exec(rule)
  if (range !== null) return protocol === range[2] && isPort(range[1] ?? '', '/', port)
  const proto = / protocol value="?(\w+)/.exec(rule)?.[1]
  if (proto !== undefined) return protocol === 'vrrp' ? /^(vrrp|112)$/.test(proto) : proto === 'tcp' || proto === '6'
  const service = / service name="?([\w-]+)/.exec(rule)?.[1]
  if (service !== undefined) return services.has(service)
  return !/ (icmp-block|icmp-type|masquerade|forward-port|source-port)/.test(rule)
}

/** What a rich rule does to a packet. A sender that is nobody in particular is not the one that a rule names. */
function effect(
  rule: string,
  { source }: Packet,
): { readonly rule: string; readonly does: 'accepts' | 'accepts some' | 'refuses' | 'nothing' } {
  const verb = /\b(accept|reject|drop)\b/.exec(rule)?.[1]
  const from = /source (NOT )?(?:address="?([^"\s]+)|(ipset|mac)=)/.exec(rule)
  if (verb === undefined) return { rule, does: 'nothing' }
  if (from === null) return { rule, does: verb === 'accept' ? 'accepts' : 'refuses' }
  const inside = source === undefined ? undefined : contains(from[2] ?? '', source)
  if (inside === undefined) return { rule, does: verb === 'accept' ? 'accepts some' : 'nothing' }
  if (inside === (from[1] !== undefined)) return { rule, does: 'nothing' }
  return { rule, does: verb === 'accept' ? 'accepts' : 'refuses' }
}

/** The names of services that mean this opening. An operator's file of a name replaces the shipped one. */
function servicesOf(text: string, { protocol, port }: Opening): ReadonlySet<string> {
  const found = new Map<string, boolean>()
  const lines = [...text.matchAll(/^\/(etc|usr)\S*\/([\w.-]+)\.xml:(.*)$/gm)]
  const own = new Set(lines.filter(([, where]) => where === 'etc').map(([, , name = '']) => name))
  for (const [, where, name = '', line = ''] of lines) {
    if (where === 'usr' && own.has(name)) continue
    const range = /port="([0-9-]+)"/.exec(line)?.[1] ?? ''
    const fits =
      protocol === 'vrrp'
        ? /<protocol value="(vrrp|112)"/.test(line)
        : /protocol="tcp"/.test(line) && isPort(range, '/', port)
    found.set(name, (found.get(name) ?? false) || fits)
  }
  return new Set([...found].filter(([, fits]) => fits).map(([name]) => name))
}
