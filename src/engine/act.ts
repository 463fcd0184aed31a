import { changeConversation } from './conversation.ts'
import { onAll, type View } from './look.ts'
import type { Order } from './order.ts'
import type { Run } from './run.ts'
import type { Tally } from './tally.ts'
import { convergeHost, stopKeepalived } from './turn.ts'
import { inTurn } from './turns.ts'

/** Changes the members in the order that was decided. The first failure ends it, with the members after it untouched. */
export async function act(run: Run, view: View, order: Order, tally: Tally): Promise<void> {
  const limited = (names: readonly string[]): readonly string[] => names.filter((name) => run.limit.has(name))
  switch (order.way) {
    case 'nothing':
      return
    case 'together':
      await startTogether(run, view, tally, limited([...order.members, ...order.joiners]), order.holders)
      return
    case 'in turn':
      for (const name of limited(order.strangers)) await stopKeepalived(run, view, tally, name)
      await inTurn(run, view, tally, {
        members: limited(order.members),
        joiners: limited(order.joiners),
        vips: order.vips,
      })
      return
    case 'conversation':
      await changeConversation(run, view, tally, order)
  }
}

/**
 * A VIP that nobody moves, left over by what was killed or by another engine, is taken off by keepalived as it starts there; so it starts there
 * first: the others would take the VIP meanwhile.
 */
export async function startTogether(
  run: Run,
  view: View,
  tally: Tally,
  names: readonly string[],
  holders: readonly string[],
): Promise<void> {
  const converge = (name: string) => convergeHost(run, view, tally, name)
  await onAll(
    names.filter((name) => holders.includes(name)),
    converge,
  )
  await onAll(
    names.filter((name) => !holders.includes(name)),
    converge,
  )
}
