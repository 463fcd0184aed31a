import { startTogether } from './act.ts'
import { holdsAny } from './live.ts'
import type { View } from './look.ts'
import { isPending } from './pacemaker/live.ts'
import { inMaintenance } from './pacemaker/maintenance.ts'
import type { Step } from './perform/step.ts'
import { throwIfInterrupted, type Run } from './run.ts'
import type { Tally } from './tally.ts'
import { convergeHost, type Choose } from './turn.ts'
import { inTurn } from './turns.ts'
import { takeSamples } from './verify.ts'

/** What ends with pacemaker, and not before: all that a host's `retire` role has for keepalived's side. */
export const RETIRED: readonly string[] = [
  'service[pacemaker]',
  'service[corosync-qdevice]',
  'service[corosync]',
  'cleared[cib]',
  'override[haproxy]',
]

const isRetirement = ({ resources }: Step): boolean => resources.some((id) => RETIRED.includes(id))
const isStart = ({ action }: Step): boolean => action.do === 'load' && action.load.unit === 'keepalived'
const retirement: Choose = (steps) => steps.filter(isRetirement)
const prepared: Choose = (steps) => steps.filter((step) => !isRetirement(step) && !isStart(step))

/** Members whose pacemaker serves until now, where keepalived is wanted: those that do not hold a VIP first. */
export function membersOfPacemaker(view: View, vips: ReadonlySet<string>): readonly string[] {
  const serving = [...view.observations.values()].filter((one) => isPending(one, 'service[pacemaker]', 'state'))
  const holds = (name: string): boolean => holdsAny(view.observations.get(name)?.samples ?? new Map(), vips)
  const names = serving.map(({ host }) => host)
  return [...names.filter((name) => !holds(name)), ...names.filter(holds)]
}

/** What `replacePacemaker` does, in words. */
export function replaceSteps(members: readonly string[]): { readonly steps: string[]; readonly notes: string[] } {
  return {
    steps: [
      'prepare keepalived on all of them, one at a time, while pacemaker goes on',
      'maintenance mode: pacemaker leaves haproxy and the VIPs as they are',
      `stop pacemaker and corosync on ${members.join(', ')}, the holder last`,
      'start keepalived on the holder, which takes the VIP off, and at once on the others; then the VIP is verified',
    ],
    notes: [
      'the VIP is away from the moment keepalived starts on the holder until one of them has been elected: about 4 s',
    ],
  }
}

/**
 * From pacemaker back to keepalived. A VIP stays where it is while pacemaker ends, and serves: keepalived takes it off when it starts there,
 * and the elected one takes it. What is killed in between ends the same with the next run.
 */
export async function replacePacemaker(
  run: Run,
  view: View,
  tally: Tally,
  members: readonly string[],
  vips: ReadonlySet<string>,
): Promise<void> {
  const all = [...members, ...[...view.observations.keys()].filter((name) => !members.includes(name))]
  await inTurn(run, view, tally, { members: all, joiners: [], vips, choose: prepared, prepares: true })
  throwIfInterrupted(run.signal)
  const retire = async (): Promise<void> => {
    for (const name of members) await convergeHost(run, view, tally, name, retirement)
    const samples = await takeSamples({ built: view.built, connections: run.connections })
    const holders = all.filter((name) => holdsAny(samples.get(name) ?? new Map(), vips))
    await startTogether(run, view, tally, all, holders)
  }
  await inMaintenance(run, view, tally, members, { work: retire })
}
