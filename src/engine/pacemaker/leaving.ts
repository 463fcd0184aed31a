import type { Member } from '../../facts/types.ts'
import type { Contents } from '../contents.ts'
import { samplesOf, type View } from '../look.ts'
import type { Decided } from './cluster-order.ts'
import { corosyncRunning, type LiveCluster } from './live.ts'
import { isOnline, statusOf } from './membership.ts'
import { losesQuorum, votesOf } from './quorum.ts'
import { calledBy } from './who.ts'

/** Of those who leave and run until now: whose end costs the quorum, and who cannot be stopped. Pure. */
export function whoLeaves(
  { leaving }: LiveCluster,
  members: readonly string[],
  view: View,
  contents: Contents,
  reached: readonly Member[],
): Pick<Decided, 'alone' | 'alive'> {
  const samples = samplesOf(view.observations)
  const online = leaving.filter((member) => isOnline(samples, members, member))
  const votes = members.flatMap((name) => {
    const status = statusOf(samples, name)
    return status?.quorate === true ? [votesOf(status, corosyncRunning(name, view, contents) ?? '')] : []
  })
  const loses = votes.some((one) => losesQuorum(one, online.length))
  const isReached = (address: string): boolean => reached.some((one) => [one.name, one.address].includes(address))
  return {
    alone: loses ? online.map(calledBy) : [],
    alive: online.filter(({ name, addresses }) => ![...addresses.values(), name ?? ''].some(isReached)).map(calledBy),
  }
}
