import type { Gap, Opening, Packet } from '../../platform/firewall/types.ts'
import { isPort, parseZones, servicesOf, zoneOf, type Zone } from './firewalld-zones.ts'
import { concerns, effect } from './rich-rules.ts'
import { distinct, worst, type ObservedOpening, type Verdict } from './verdict.ts'

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
  const judged = (['runtime', 'permanent'] as const).map((scope) => {
    const packets = opening.packets.filter(({ direction }) => direction === 'in')
    return [
      ...packets.map((packet) => {
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
      ...packets
        .filter(({ source }) => source === undefined)
        .flatMap((packet) => namedSenders(zones.runtime, zones[scope], packet, services))
        .map((verdict) => ({ verdict, gap: undefined })),
    ]
  })
  const [runtime = [], permanent = []] = judged
  const gaps = [...runtime, ...permanent].flatMap(({ verdict, gap: place }) =>
    verdict.is === 'closed' && place !== undefined ? [place] : [],
  )
  return {
    runtime: worst(runtime.map(({ verdict }) => verdict)),
    permanent: worst(permanent.map(({ verdict }) => verdict)),
    gaps: distinct(gaps),
  }
}

/**
 * Clients of whom a zone speaks by their network come through that zone, whichever interface they come by. Whether they shall come in is
 * not for us to say: it is told, and not opened. A zone that drops or rejects what it knows nothing of is there to keep its senders out.
 */
function namedSenders(
  running: readonly Zone[],
  zones: readonly Zone[],
  packet: Packet,
  services: ReadonlySet<string>,
): readonly Verdict[] {
  return running.flatMap(({ name, words }): readonly Verdict[] => {
    const senders = words.get('sources') ?? []
    if (senders.length === 0 || words.get('target')?.[0] !== 'default') return []
    const own = zones.find((zone) => zone.name === name)
    if (judge(own, name, packet, services).is === 'open') return []
    return [
      {
        is: 'unknown',
        why: `clients in ${senders.join(', ')} come through zone ${name} of firewalld, which does not let them in`,
      },
    ]
  })
}

function gap(scope: Scope, chain: string): Gap {
  return { scope, family: undefined, chain, before: undefined, file: undefined }
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
      : has(
          'ports',
          (word) => word.endsWith(`/${packet.protocol}`) && isPort(word.replace(/\/.*/, ''), packet.port),
        )) ||
    rules.some(({ does }) => does === 'accepts')
  if (open) return { is: 'open' }
  const some = rules.find(({ does }) => does === 'accepts some')
  if (some !== undefined) return { is: 'unknown', why: `zone ${name} of firewalld lets some in, by '${some.rule}'` }
  return { is: 'closed', by: `zone ${name} of firewalld` }
}
