import type { Inventory } from '../inventory/model.ts'
import { HaError } from '../lib/errors.ts'

/** The load balancers that `--limit` names, all without it. Throws HaError for names that are not in the inventory. */
export function limitOf({ loadBalancers }: Inventory, limit: readonly string[] | undefined): ReadonlySet<string> {
  const known = loadBalancers.map(({ name }) => name)
  if (limit === undefined) return new Set(known)
  const mend = `its load balancers are ${known.join(', ')}`
  if (limit.length === 0) throw new HaError('--limit names no host', { mend })
  const unknown = limit.filter((name) => !known.includes(name))
  if (unknown.length > 0)
    throw new HaError(`--limit names ${unknown.join(', ')}, which is not in the inventory`, { mend })
  return new Set(limit)
}
