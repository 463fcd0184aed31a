import { get, items, text } from './json.ts'
import { OURS, type Condition, type Field, type Rule, type Target } from './ruleset.ts'

/** The sets and maps of a ruleset, by `inet filter @name`. */
type Named = ReadonlyMap<string, unknown>

/** A rule of nft's JSON. One with a verdict map is several: one for each of its elements. */
export function parseStatements(rule: unknown, table: string, named: Named): readonly Rule[] {
  const base = {
    at: text(get(rule, 'handle')),
    text: describe(rule),
    ours: get(rule, 'comment') === OURS,
  }
  const conditions: Condition[] = []
  const found: Rule[] = []
  for (const statement of items(get(rule, 'expr'))) {
    const [kind = ''] = typeof statement === 'object' && statement !== null ? Object.keys(statement) : []
    const body = get(statement, kind)
    if (kind === 'match') conditions.push(...parseMatch(body, table, named))
    else if (kind === 'vmap') {
      for (const { key, target } of verdictMap(body, table, named))
        found.push({ ...base, conditions: [...conditions, ...key], target })
    } else if (!NEUTRAL.has(kind)) {
      const target = verdict(statement, table)
      if (target === undefined) conditions.push(OTHER)
      found.push({ ...base, conditions: [...conditions], target: target ?? { do: 'unknown' } })
    }
    if (LIMITS.has(kind)) conditions.push(OTHER)
  }
  return found
}

const OTHER: Condition = { field: 'other', negated: false, values: undefined }
const LIMITS = new Set(['limit', 'quota', 'ct count'])
/** Statements after which a packet goes on as before. */
const NEUTRAL = new Set(['counter', 'log', 'mangle', 'set', 'notrack', 'ct helper', 'meter', ...LIMITS])

function verdict(statement: unknown, table: string): Target | undefined {
  const [kind = ''] = typeof statement === 'object' && statement !== null ? Object.keys(statement) : []
  if (kind === 'accept' || kind === 'drop' || kind === 'return' || kind === 'continue') return { do: kind }
  if (kind === 'reject') return { do: 'drop' }
  if (kind === 'jump' || kind === 'goto')
    return { do: kind, chain: `${table} ${text(get(get(statement, kind), 'target'))}` }
  return undefined
}

function parseMatch(body: unknown, table: string, named: Named): readonly Condition[] {
  const op = text(get(body, 'op'))
  if (op !== '==' && op !== '!=' && op !== 'in') return [OTHER]
  const flags = get(get(body, 'left'), '&')
  if (flags !== undefined) return [isSyn(flags, get(body, 'right')) ? syn(op === '!=') : OTHER]
  return conditionsOf(get(body, 'left'), get(body, 'right'), op === '!=', table, named)
}

function isSyn(flags: unknown, right: unknown): boolean {
  const [left, mask] = items(flags)
  const all = items(mask).map(text).sort().join(' ')
  return get(get(left, 'payload'), 'field') === 'flags' && all === 'ack fin rst syn' && right === 'syn'
}

function syn(negated: boolean): Condition {
  return { field: 'syn', negated, values: ['syn'] }
}

/** What a key asks of a packet, and what it takes for granted: `tcp dport` is of tcp, `ip saddr` of IPv4. */
function conditionsOf(
  left: unknown,
  right: unknown,
  negated: boolean,
  table: string,
  named: Named,
): readonly Condition[] {
  const { field, granted = [] } = keyOf(left) ?? { field: 'other' as const }
  return [...granted, { field, negated, values: field === 'other' ? undefined : valuesOf(right, field, table, named) }]
}

interface Key {
  readonly field: Field
  readonly granted?: readonly Condition[]
}

function keyOf(left: unknown): Key | undefined {
  const payload = get(left, 'payload')
  const granted = (field: Field, value: string): readonly Condition[] => [{ field, negated: false, values: [value] }]
  if (payload !== undefined) {
    const protocol = text(get(payload, 'protocol'))
    const name = text(get(payload, 'field'))
    if (protocol === 'ip' || protocol === 'ip6') {
      const field = ADDRESSED[name]
      return field === undefined ? undefined : { field, granted: granted('family', protocol === 'ip' ? '4' : '6') }
    }
    if (name !== 'dport') return { field: 'other', granted: protocol === 'th' ? [] : granted('protocol', protocol) }
    return { field: 'port', granted: protocol === 'th' ? [] : granted('protocol', protocol) }
  }
  const field = META[text(get(get(left, 'meta'), 'key'))]
  if (field !== undefined) return { field }
  if (get(get(left, 'ct'), 'key') === 'state') return { field: 'state' }
  if (text(get(get(left, 'exthdr'), 'name')) === 'rt') return { field: 'header' }
  const fib = get(left, 'fib')
  if (get(fib, 'result') === 'type' && items(get(fib, 'flags')).join(' ') === 'daddr') return { field: 'type' }
  return undefined
}

const ADDRESSED: Readonly<Record<string, Field>> = {
  saddr: 'source',
  daddr: 'destination',
  protocol: 'protocol',
  nexthdr: 'protocol',
}
const META: Readonly<Record<string, Field>> = {
  iif: 'in',
  iifname: 'in',
  oif: 'out',
  oifname: 'out',
  l4proto: 'protocol',
  nfproto: 'family',
  protocol: 'family',
  pkttype: 'type',
}
const FAMILIES: Readonly<Record<string, string>> = { ip: '4', ipv4: '4', ip6: '6', ipv6: '6' }

/** Values as words: `80-90`, `10.0.0.0/8`. A set that fills itself has values that are not known. */
function valuesOf(right: unknown, field: Field, table: string, named: Named): readonly string[] | undefined {
  if (typeof right === 'string' && right.startsWith('@')) {
    const set = named.get(`${table} ${right}`)
    const flags = items(get(set, 'flags')).map(text)
    if (set === undefined || flags.includes('dynamic') || flags.includes('timeout')) return undefined
    return listOf(items(get(set, 'elem')), field)
  }
  const list = get(right, 'set')
  return listOf(list === undefined ? (Array.isArray(right) ? right : [right]) : items(list), field)
}

function listOf(values: readonly unknown[], field: Field): readonly string[] | undefined {
  const found = values.map((one) => wordOf(one))
  if (found.some((one) => one === '')) return undefined
  return field === 'family' ? found.map((one) => FAMILIES[one] ?? one) : found
}

function wordOf(value: unknown): string {
  const range = items(get(value, 'range')).map(text)
  if (range.length === 2) return range.join('-')
  const prefix = get(value, 'prefix')
  if (prefix !== undefined) return `${text(get(prefix, 'addr'))}/${text(get(prefix, 'len'))}`
  const inner = get(get(value, 'elem'), 'val')
  return inner === undefined ? text(value) : wordOf(inner)
}

function verdictMap(
  body: unknown,
  table: string,
  named: Named,
): readonly { readonly key: readonly Condition[]; readonly target: Target }[] {
  const data = get(body, 'data')
  const inline = get(data, 'set')
  const elements = inline === undefined ? get(named.get(`${table} ${text(data)}`), 'elem') : inline
  if (!Array.isArray(elements)) return [{ key: [OTHER], target: { do: 'unknown' } }]
  return items(elements).map((pair) => {
    const [key, value] = items(pair)
    return {
      key: conditionsOf(get(body, 'key'), key, false, table, named),
      target: verdict(value, table) ?? { do: 'unknown' },
    }
  })
}

/** A rule for people: nft's own words would need a second listing. */
function describe(rule: unknown): string {
  const where = ['family', 'table', 'chain'].map((key) => text(get(rule, key))).join(' ')
  return `nft ${where} handle ${text(get(rule, 'handle'))}`
}
