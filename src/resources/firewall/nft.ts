import { parseStatements } from './nft-rule.ts'
import { get, items, text } from './json.ts'
import type { Chain, Rule, Ruleset } from './ruleset.ts'

/** Reads what `nft -j list ruleset` prints; undefined for what is no such text. `but`: tables that iptables-save tells in its own words. */
export function parseNft(output: string, but: ReadonlySet<string> = new Set()): Ruleset | undefined {
  const parsed = readJson(output)
  if (parsed === undefined) return undefined
  const objects = items(get(parsed, 'nftables'))
  const of = (kind: string): readonly unknown[] =>
    objects.flatMap((object) => {
      const found = get(object, kind)
      return found === undefined || but.has(`${text(get(found, 'family'))} ${tableOf(found, kind)}`) ? [] : [found]
    })
  const named = new Map(
    [...of('set'), ...of('map')].map((one) => [`${tableId(one)} @${text(get(one, 'name'))}`, one] as const),
  )
  const rules = new Map<string, Rule[]>()
  for (const rule of of('rule')) {
    const id = `${tableId(rule)} ${text(get(rule, 'chain'))}`
    rules.set(id, [...(rules.get(id) ?? []), ...parseStatements(rule, tableId(rule), named)])
  }
  // No packet of IP goes through a chain for ARP.
  const ofIp = of('chain').filter((chain) => get(chain, 'family') !== 'arp')
  const chains = ofIp.map((chain): Chain => {
    const id = `${tableId(chain)} ${text(get(chain, 'name'))}`
    return {
      id,
      family: FAMILIES[text(get(chain, 'family'))],
      hook: text(get(chain, 'type')) === 'nat' ? undefined : HOOKS.find((hook) => hook === get(chain, 'hook')),
      policy: get(chain, 'policy') === 'drop' ? 'drop' : 'accept',
      rules: rules.get(id) ?? [],
    }
  })
  return new Map(chains.map((chain) => [chain.id, chain]))
}

const HOOKS = ['ingress', 'prerouting', 'input', 'output', 'postrouting'] as const
const FAMILIES: Readonly<Record<string, 4 | 6>> = { ip: 4, ip6: 6 }

function tableOf(object: unknown, kind: string): string {
  return text(get(object, kind === 'table' ? 'name' : 'table'))
}

function tableId(object: unknown): string {
  return `${text(get(object, 'family'))} ${text(get(object, 'table'))}`
}

function readJson(output: string): unknown {
  try {
    return JSON.parse(output)
  } catch {
    return undefined
  }
}
