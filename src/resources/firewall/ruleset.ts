/**
 * What a rule can ask of a packet. `header`: one that no advert and no client's first packet has (a routing header). `other`: something
 * that is not modelled, so that it may fit or not.
 */
export type Field =
  | 'family'
  | 'protocol'
  | 'in'
  | 'out'
  | 'source'
  | 'destination'
  | 'port'
  | 'state'
  | 'type'
  | 'syn'
  | 'header'
  | 'other'

/** A condition: one of these values, or none of them where it is negated. Undefined: values that are not known. */
export interface Condition {
  readonly field: Field
  readonly negated: boolean
  readonly values: readonly string[] | undefined
}

/** What becomes of a packet that fits. */
export type Target =
  | { readonly do: 'accept' | 'drop' | 'return' | 'continue' | 'unknown' }
  | { readonly do: 'jump' | 'goto'; readonly chain: string }

export interface Rule {
  /** What another rule is put before: its handle (nft) or its text (iptables). */
  readonly at: string
  readonly conditions: readonly Condition[]
  readonly target: Target
  /** For people. */
  readonly text: string
  /** One that an earlier run put there. */
  readonly ours: boolean
}

export interface Chain {
  /** `inet filter input`; iptables: `INPUT`, in other tables than filter `raw PREROUTING`. */
  readonly id: string
  /** Undefined: it is only jumped to. */
  readonly hook: 'ingress' | 'prerouting' | 'input' | 'output' | 'postrouting' | undefined
  /** Undefined: both. */
  readonly family: 4 | 6 | undefined
  readonly policy: 'accept' | 'drop'
  readonly rules: readonly Rule[]
}

/** The chains of one program, by id. */
export type Ruleset = ReadonlyMap<string, Chain>

/** The mark of rules that were put there. */
export const OURS = 'ha-provision'
