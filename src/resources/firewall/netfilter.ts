import type { Gap, Opening } from '../../platform/firewall/types.ts'
import { parseIptables } from './iptables.ts'
import { parseNft } from './nft.ts'
import { keepable, unkept } from './keep.ts'
import { judgeRules, type Closed } from './passage.ts'
import type { Chain, Ruleset } from './ruleset.ts'
import { partsOf, type Part } from './parts.ts'
import { distinct, worst, type ObservedOpening, type Verdict } from './verdict.ts'

/** Rules of one program, as they run and as they come back after a restart. */
interface Source {
  readonly runtime: Ruleset
  /** Undefined: no file is known; a word: why the file cannot be judged. */
  readonly boot: Ruleset | string | undefined
  readonly family: 4 | 6 | undefined
  readonly file: string | undefined
}

/** Judges an opening by the rules of nft and iptables themselves. */
export function judgeNetfilter(output: string, opening: Opening): ObservedOpening {
  const parts = partsOf(output)
  const sources = [iptablesSource(parts, 4), iptablesSource(parts, 6), nftSource(parts)]
  const judged = sources.map((source) => (typeof source === 'string' ? silent(source) : judge(source, opening)))
  return {
    runtime: worst(judged.map(({ runtime }) => runtime)),
    permanent: worst(judged.map(({ permanent }) => permanent)),
    // Where something is not known, opening the rest would be a guess.
    gaps: judged.some(({ runtime }) => runtime.is === 'unknown') ? [] : distinct(judged.flatMap(({ gaps }) => gaps)),
  }
}

function silent(why: string): ObservedOpening {
  return { runtime: { is: 'unknown', why }, permanent: { is: 'unknown', why }, gaps: [] }
}

function judge({ runtime, boot, family, file }: Source, opening: Opening): ObservedOpening {
  const own = { ...opening, packets: opening.packets.filter((packet) => (family ?? packet.family) === packet.family) }
  const now = judgeRules(runtime, own)
  const gaps = (scope: Gap['scope'], closed: readonly Closed[]): readonly Gap[] =>
    closed.map(({ chain, by }) => ({
      scope,
      family,
      chain: chain.id,
      before: by?.at,
      file: scope === 'permanent' ? file : undefined,
    }))
  const running = now.verdict.is === 'closed' ? gaps('runtime', now.closed) : []
  if (boot === undefined || typeof boot === 'string') {
    const isOurs = now.verdict.is === 'closed' || now.ours
    const why = boot ?? 'no file is known here that brings its rules back, so it is opened in the running rules only'
    const permanent: Verdict = isOurs ? { is: 'unknown', why } : { is: 'open' }
    return { runtime: now.verdict, permanent, gaps: running }
  }
  const later = judgeRules(boot, own)
  const closed = later.verdict.is === 'closed' ? later.closed : []
  // A line of iptables' file goes to its place; a file of nft's is not edited, but followed by another one.
  const kept = family === undefined ? closed.filter((one) => keepable(boot, one)) : closed
  const left = new Set(closed.filter((one) => !kept.includes(one)).map((one) => unkept(one, own, file)))
  const permanent: Verdict = left.size === 0 ? later.verdict : { is: 'unknown', why: [...left].join('; ') }
  return { runtime: now.verdict, permanent, gaps: [...running, ...gaps('permanent', kept)] }
}

function iptablesSource(parts: readonly Part[], family: 4 | 6): Source | string {
  const text = parts.find(({ name }) => name === `iptables ${family}`)?.text ?? ''
  // Some rules are told by another program, which nft and iptables do not see.
  if (/iptables-legacy tables present/.test(text)) return 'iptables has rules of both its kinds, legacy and nft'
  const saved = parts.find(({ name }) => name === `boot ${family}`)
  return {
    runtime: parseIptables(text, family),
    boot: saved === undefined ? undefined : parseIptables(saved.text, family),
    family,
    file: saved?.file,
  }
}

function nftSource(parts: readonly Part[]): Source | string {
  const text = parts.find(({ name }) => name === 'nft')?.text ?? ''
  const saved = parts.find(({ name }) => name === 'boot nft')
  const told = new Set(
    ([4, 6] as const).flatMap((family) =>
      [...(parts.find(({ name }) => name === `iptables ${family}`)?.text ?? '').matchAll(/^\*(\w+)/gm)].map(
        ([, table = '']) => `${family === 4 ? 'ip' : 'ip6'} ${table}`,
      ),
    ),
  )
  if (text === '') return { runtime: new Map<string, Chain>(), boot: undefined, family: undefined, file: undefined }
  const runtime = parseNft(text, told)
  if (runtime === undefined) return 'this nft does not tell its rules in JSON'
  const boot = saved === undefined ? undefined : parseNft(saved.text)
  return {
    runtime,
    boot: saved === undefined ? undefined : (boot ?? `${saved.file ?? ''} cannot be read without loading it`),
    family: undefined,
    file: saved?.file,
  }
}
