import type { Finding } from '../finding.ts'
import type { Inventory } from '../model.ts'
import type { RawInventory } from '../schema/inventory.ts'

/** What rules judge: the normalised inventory, and as it is written where it matters whether something is. */
export interface Subject {
  readonly inventory: Inventory
  readonly raw: RawInventory
}

export type RuleFinding = Omit<Finding, 'rule'>

/** One thing that has to hold. A rule answers only for what is wrong in its own sense, and is silent about the rest. */
export type Rule = (subject: Subject) => readonly RuleFinding[]

export function error(path: Finding['path'], message: string, mend: string): RuleFinding {
  return { severity: 'error', path, message, mend }
}

export function warning(path: Finding['path'], message: string, mend: string): RuleFinding {
  return { severity: 'warning', path, message, mend }
}
