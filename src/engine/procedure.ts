import { act } from './act.ts'
import type { Contents } from './contents.ts'
import type { View } from './look.ts'
import { decideOrder } from './order.ts'
import { refuseHalf } from './refuse-half.ts'
import type { Run } from './run.ts'
import type { Tally } from './tally.ts'

/**
 * How a cluster is changed without an outage: decided from what was seen, told by `plan`, carried out by `up`. What moves the VIP
 * (keepalived, or pacemaker) decides what has to be done in which order.
 */
export interface Procedure {
  readonly isEmpty: boolean
  /** The steps in words, and what the operator should know of the VIP. */
  readonly steps: readonly string[]
  readonly notes: readonly string[]
  /** Throws HaError when `--limit` asks for a part of what only the whole can do. */
  refuse(): void
  /** The first failure ends it, with the members after it untouched. */
  carryOut(tally: Tally): Promise<void>
}

/** Pure but for the two functions it gives: `plan` and `up` ask the same. */
export function procedureFor(run: Run, view: View, contents: Contents): Procedure {
  const order = decideOrder(run.inventory, view, contents)
  return {
    isEmpty: order.way === 'nothing',
    steps: order.steps,
    notes: order.notes,
    refuse: () => {
      refuseHalf(run, view, order)
    },
    carryOut: async (tally) => {
      await act(run, view, order, tally)
    },
  }
}
