import { OURS, type Chain, type Condition, type Field, type Rule, type Ruleset, type Target } from './ruleset.ts'

/** Reads what `iptables-save` prints, or a file of that form. Tables of addresses (nat) keep nothing out and are left out. */
export function parseIptables(text: string, family: 4 | 6): Ruleset {
  const chains = new Map<string, { readonly chain: Omit<Chain, 'rules'>; readonly rules: Rule[] }>()
  let table = ''
  text.split('\n').forEach((line) => {
    if (line.startsWith('*')) table = line.slice(1).trim()
    if (table === 'nat') return
    const [, name, policy] = /^:(\S+) (\S+)/.exec(line) ?? []
    if (name !== undefined) {
      const id = chainId(table, name)
      const found = { id, family, hook: HOOKS[name], policy: policy === 'DROP' ? 'drop' : 'accept' } as const
      if (!chains.has(id)) chains.set(id, { chain: found, rules: [] })
      return
    }
    const [, to] = /^-A (\S+)/.exec(line) ?? []
    const rules = to === undefined ? undefined : chains.get(chainId(table, to))?.rules
    rules?.push(parseRule(line, table))
  })
  return new Map([...chains].map(([id, { chain, rules }]) => [id, { ...chain, rules }]))
}

const HOOKS: Readonly<Record<string, Chain['hook']>> = {
  PREROUTING: 'prerouting',
  INPUT: 'input',
  OUTPUT: 'output',
  POSTROUTING: 'postrouting',
}

function chainId(table: string, name: string): string {
  return table === 'filter' ? name : `${table} ${name}`
}

const TARGETS: Readonly<Record<string, Target>> = {
  ACCEPT: { do: 'accept' },
  DROP: { do: 'drop' },
  REJECT: { do: 'drop' },
  RETURN: { do: 'return' },
  LOG: { do: 'continue' },
  NFLOG: { do: 'continue' },
  MARK: { do: 'continue' },
  CONNMARK: { do: 'continue' },
}
/** Targets of the kernel that end a packet's way in a manner that is not modelled. */
const UNKNOWN = /^(NFQUEUE|QUEUE|TPROXY|SYNPROXY|CT|NOTRACK|TRACE|SET|TARPIT|AUDIT|CLASSIFY|DSCP|TCPMSS|TOS|TTL|HL)$/

const FIELDS: Readonly<Record<string, Field>> = {
  '-p': 'protocol',
  '-s': 'source',
  '-d': 'destination',
  '-i': 'in',
  '-o': 'out',
  '--dport': 'port',
  '--dports': 'port',
  '--ctstate': 'state',
  '--state': 'state',
  '--dst-type': 'type',
  '--pkt-type': 'type',
  '--rt-type': 'header',
  '--src-range': 'source',
  '--dst-range': 'destination',
}

/** Options that ask nothing: `-m` names a module, whose questions are options of their own. */
const NEUTRAL = new Set(['-A', '-m', '--comment', '--log-prefix', '--log-level', '--reject-with', '--set-xmark'])

function parseRule(line: string, table: string): Rule {
  const words = [...line.matchAll(/"((?:[^"\\]|\\.)*)"|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? '')
  const conditions: Condition[] = []
  let target: Target = { do: 'continue' }
  let negated = false
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] ?? ''
    const value = words[index + 1] ?? ''
    const field = FIELDS[word]
    if (word === '!') {
      negated = true
      continue
    }
    if (field !== undefined) {
      conditions.push({ field, negated, values: value.split(',') })
      index += 1
    } else if (word === '--tcp-flags') {
      const isSyn = value === 'FIN,SYN,RST,ACK' && words[index + 2] === 'SYN'
      conditions.push({ field: isSyn ? 'syn' : 'other', negated, values: isSyn ? ['syn'] : undefined })
      index += 2
    } else if (word === '-j' || word === '-g') {
      const plain = UNKNOWN.test(value) ? ({ do: 'unknown' } as const) : TARGETS[value]
      target = plain ?? { do: word === '-g' ? 'goto' : 'jump', chain: chainId(table, value) }
      index += 1
    } else if (NEUTRAL.has(word)) {
      index += 1
    } else if (word.startsWith('-') && !word.startsWith('--log-')) {
      conditions.push({ field: 'other', negated, values: undefined })
    }
    negated = false
  }
  return { at: line, conditions, target, text: line, ours: words.includes(OURS) }
}
