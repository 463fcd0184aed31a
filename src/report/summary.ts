import type { ResourceOutcome } from '../engine/events.ts'
import type { Paint } from './colour.ts'
import type { EventOf, Run } from './run.ts'
import { type Cell, renderTable, tableWidth } from './table.ts'
import { count, duration, names } from './words.ts'

type HostDone = EventOf<'host-done'>

/** From the best to the worst. */
const OUTCOMES = ['unchanged', 'changed', 'not done', 'failed'] as const satisfies readonly ResourceOutcome[]
const SYMBOLS = { unchanged: '✔', changed: '●', 'not done': '○', failed: '✘' } as const
const STYLES = { unchanged: 'dim', changed: 'green', 'not done': 'yellow', failed: 'red' } as const

/** More hosts than this, and those that were as wanted are only counted. */
const MANY_HOSTS = 20

interface SummaryOptions {
  readonly verbose: boolean
  readonly paint: Paint
  /** Of the terminal; without end where lines are not cut. */
  readonly columns: number
}

/** Hosts × kinds of resources. Empty when there is nothing to see: all as wanted, and nobody wants to know more. */
export function summaryTable(run: Run, options: SummaryOptions): readonly string[] {
  const all = [...run.done.values()]
  const outcomes = new Set(all.flatMap((host) => Object.values(host.resources)))
  const dull = !options.verbose && OUTCOMES.every((outcome) => outcome === 'unchanged' || !outcomes.has(outcome))
  if (all.length === 0 || dull) return []
  const shown = all.length > MANY_HOSTS && !options.verbose ? all.filter(isTouched) : all
  const wide = tableRows(shown, kindOf, options.verbose)
  const rows = tableWidth(wide) <= options.columns ? wide : tableRows(shown, () => 'resources', options.verbose)
  const legend = OUTCOMES.filter((outcome) => outcomes.has(outcome)).map((outcome) => `${SYMBOLS[outcome]} ${outcome}`)
  const others = shown.length === all.length ? [] : [`${count(all.length - shown.length, 'more host')} unchanged`]
  return ['', ...renderTable(rows, options.paint), ...others, options.paint('dim', legend.join('  ')), '']
}

/** What was and what was not done, for every host where something was not. */
export function unfinished(run: Run, paint: Paint): readonly string[] {
  const lines = [...run.done.values()].flatMap((host) => {
    const of = (outcome: ResourceOutcome) => Object.keys(host.resources).filter((id) => host.resources[id] === outcome)
    if (of('failed').length + of('not done').length === 0) return []
    return (['failed', 'not done', 'changed'] as const)
      .filter((outcome) => of(outcome).length > 0)
      .map((outcome) => `${host.host}: ${paint(STYLES[outcome], outcome)}: ${names(of(outcome), 12)}`)
  })
  return lines.length > 0 ? [...lines, ''] : []
}

function isTouched(host: HostDone): boolean {
  return Object.values(host.resources).some((outcome) => outcome !== 'unchanged')
}

function kindOf(id: string): string {
  return id.split('[', 1)[0] ?? id
}

function tableRows(
  hosts: readonly HostDone[],
  columnOf: (id: string) => string,
  verbose: boolean,
): readonly (readonly Cell[])[] {
  const columns = [...new Set(hosts.flatMap((host) => Object.keys(host.resources).map(columnOf)))]
  const title = ['host', ...columns, 'time', ...(verbose ? ['executions'] : [])]
  const rows = hosts.map((host) => [
    { text: host.host },
    ...columns.map((column) =>
      cell(Object.entries(host.resources).flatMap(([id, outcome]) => (columnOf(id) === column ? [outcome] : []))),
    ),
    { text: duration(host.seconds) },
    ...(verbose ? [{ text: String(host.executions) }] : []),
  ])
  return [title.map((text) => ({ text, style: 'bold' as const })), ...rows]
}

/** `✔ 2 ● 1`: how many of a host's resources ended how, in the colour of the worst. */
function cell(outcomes: readonly ResourceOutcome[]): Cell {
  const seen = OUTCOMES.filter((outcome) => outcomes.includes(outcome))
  const worst = seen.at(-1)
  if (worst === undefined) return { text: '' }
  const text = seen
    .map((outcome) => `${SYMBOLS[outcome]} ${outcomes.filter((one) => one === outcome).length}`)
    .join(' ')
  return { text, style: STYLES[worst] }
}
