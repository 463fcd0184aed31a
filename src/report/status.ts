import type { MemberState } from '../engine/events.ts'
import type { Paint, Style } from './colour.ts'
import type { EventOf } from './run.ts'
import { type Cell, renderTable } from './table.ts'
import { count, names } from './words.ts'

type Status = EventOf<'status'>

const NOTHING = '–'
const GOOD = new Set<MemberState['state']>(['online', 'runs'])
const RESTING = new Set<MemberState['state']>(['standby', 'maintenance', 'joining', 'out of sight'])

/** A row a member, and below what pacemaker says of the whole. */
export function statusLines(status: Status, paint: Paint): readonly string[] {
  const titles = ['member', status.ha, ...(status.ha === 'pacemaker' ? ['quorum'] : []), 'haproxy', 'VIPs']
  const rows = status.members.map((member) => cells(member, status))
  const table = [titles.map((text): Cell => ({ text, style: 'bold' })), ...rows]
  return ['', ...renderTable(table, paint), ...clusterLines(status, paint), '']
}

function cells(member: MemberState, { ha, cluster }: Status): readonly Cell[] {
  const { host, state, quorum, haproxy, vips } = member
  const dc = cluster?.dc === host ? ' (DC)' : ''
  return [
    { text: host },
    { text: `${state}${dc}`, style: GOOD.has(state) ? 'green' : RESTING.has(state) ? 'yellow' : 'red' },
    ...(ha === 'pacemaker' ? [yesNo(quorum, 'yes', 'no')] : []),
    yesNo(haproxy, 'runs', 'does not run'),
    { text: vips?.join(', ') || NOTHING },
  ]
}

function yesNo(value: boolean | undefined, yes: string, no: string): Cell {
  if (value === undefined) return { text: NOTHING }
  const style: Style = value ? 'green' : 'yellow'
  return { text: value ? yes : no, style }
}

function clusterLines({ ha, cluster }: Status, paint: Paint): readonly string[] {
  if (ha === 'keepalived') return []
  if (cluster === undefined) return ['', paint('red', 'pacemaker answers on no member')]
  // What is to be done about each is told by its check, below.
  const failures = cluster.failures.map(({ resource, node, operation }) => `${operation} of ${resource} on ${node}`)
  return [
    '',
    ...(cluster.dc === undefined ? [paint('yellow', 'no DC is elected')] : []),
    ...(cluster.maintenance ? [paint('yellow', 'maintenance-mode is on: nothing is watched or moved')] : []),
    ...(failures.length === 0
      ? ['no failed actions']
      : [`${paint('red', count(failures.length, 'failed action'))}: ${names(failures)}`]),
  ]
}
