import { HaError } from '../lib/errors.ts'
import { act } from './act.ts'
import type { Contents } from './contents.ts'
import type { Leaver } from './leavers.ts'
import type { View } from './look.ts'
import { decideOrder, hostNotes } from './order.ts'
import { changeCluster } from './pacemaker/change.ts'
import { refusalSeen } from './pacemaker/judge.ts'
import type { Reached } from './pacemaker/leaving.ts'
import { decideClusterOrder } from './pacemaker/order.ts'
import { refuseAlive, refuseCluster } from './pacemaker/refuse.ts'
import { refuseHalf } from './refuse-half.ts'
import { membersOfPacemaker, replacePacemaker, replaceSteps } from './retire-pacemaker.ts'
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
  /** Throws HaError for what must not be done, or not without being asked for. */
  refuse(): void
  /** What the programs there have against it, asked on one host; nothing where they are not asked. */
  judge(): Promise<HaError | undefined>
  /** The first failure ends it, with the members after it untouched. */
  carryOut(tally: Tally): Promise<void>
}

/**
 * Pure but for the functions it gives: `plan` and `up` ask the same. `leavers`: who has left, was reached, and is stopped before, or
 * by now (`areStopped`).
 */
export function procedureFor(
  run: Run,
  view: View,
  contents: Contents,
  leavers: readonly Leaver[],
  areStopped = false,
): Procedure {
  return run.inventory.ha === 'pacemaker'
    ? ofPacemaker(run, view, contents, { members: leavers.map(({ member }) => member), areStopped })
    : ofKeepalived(run, view, contents)
}

function ofPacemaker(run: Run, view: View, contents: Contents, reached: Reached): Procedure {
  const order = decideClusterOrder(run.inventory, view, contents, reached)
  return {
    isEmpty: order.way === 'nothing',
    steps: order.steps,
    notes: order.notes,
    refuse: () => {
      refuseCluster(run, order)
      refuseAlive(order)
    },
    // Where pacemaker does not run yet nobody can judge, and where keepalived serves it is judged before that ends.
    judge: async () => (order.way === 'live' && !order.migrates ? refusalSeen(run, view, order.members) : undefined),
    carryOut: async (tally) => {
      await changeCluster(run, view, tally, order)
    },
  }
}

function ofKeepalived(run: Run, view: View, contents: Contents): Procedure {
  const order = decideOrder(run.inventory, view, contents)
  const members = membersOfPacemaker(view, order.vips)
  if (members.length > 0) return replacing(run, view, members, order.vips)
  return {
    isEmpty: order.way === 'nothing',
    steps: order.steps,
    notes: order.notes,
    refuse: () => {
      refuseHalf(run, view, order)
    },
    judge: () => Promise.resolve(undefined),
    carryOut: async (tally) => {
      await act(run, view, order, tally)
    },
  }
}

function replacing(run: Run, view: View, members: readonly string[], vips: ReadonlySet<string>): Procedure {
  const { steps, notes } = replaceSteps(members)
  return {
    isEmpty: false,
    steps,
    notes: [...notes, ...hostNotes(run.inventory, view.facts)],
    refuse: () => {
      if (run.inventory.loadBalancers.every(({ name }) => run.limit.has(name))) return
      throw new HaError('pacemaker is replaced on all members or on none', { mend: 'run without --limit' })
    },
    judge: () => Promise.resolve(undefined),
    carryOut: async (tally) => {
      await replacePacemaker(run, view, tally, members, vips)
    },
  }
}
