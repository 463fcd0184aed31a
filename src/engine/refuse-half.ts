import { HaError } from '../lib/errors.ts'
import type { View } from './look.ts'
import type { Order } from './order.ts'
import { loadsOf, pendingSteps } from './pending.ts'
import type { Run } from './run.ts'

/**
 * What all members must share cannot be changed on some of them, and a new member cannot be started while others do not list it:
 * either would make a second holder. Throws HaError when `--limit` asks for that.
 */
export function refuseHalf(run: Run, view: View, { way, aspects, joiners, strangers }: Order): void {
  const joining = joiners.filter((name) => run.limit.has(name))
  if (way !== 'conversation' && joining.length === 0) return
  const left = run.inventory.loadBalancers
    .map(({ name }) => name)
    .filter((name) => !run.limit.has(name) && isConcerned(view, name, way, strangers))
  if (left.length === 0) return
  const what =
    way === 'conversation'
      ? `what members say to each other changes (${aspects.join(', ')}), and --limit leaves ${left.join(', ')} out: they would no longer understand each other`
      : `${joining.join(', ')} would join while ${left.join(', ')}, which --limit leaves out, does not list it: it would be a second holder`
  throw new HaError(what, { mend: 'run without --limit' })
}

/** A member out of sight may run with anything; a stranger would have to be stopped. */
function isConcerned({ observations }: View, name: string, way: Order['way'], strangers: readonly string[]): boolean {
  const observation = observations.get(name)
  if (observation === undefined) return true
  const steps = pendingSteps(observation)
  return way === 'conversation' ? steps.length > 0 || strangers.includes(name) : loadsOf(steps).includes('keepalived')
}
