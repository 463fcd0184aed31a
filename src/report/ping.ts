import type { Paint, Style } from './colour.ts'
import { mend } from './line.ts'
import type { EventOf } from './run.ts'
import { type Cell, renderTable, tableWidth } from './table.ts'
import { hanging, names } from './words.ts'

type Ping = EventOf<'ping'>

const TITLES = ['host', 'round trip', 'user', 'host key', 'way', 'transport', 'become', 'state']
const KEY = TITLES.indexOf('host key')
const STYLES = { well: 'green', 'no root': 'red', unreachable: 'red' } as const satisfies Record<Ping['state'], Style>
const NOTHING = '–'

interface PingOptions {
  readonly paint: Paint
  /** Of the terminal; without end where lines are not cut. */
  readonly columns: number
}

/** A row a host, and below what is wrong, with its mend. Empty without pings. */
export function pingLines(pings: readonly Ping[], { paint, columns }: PingOptions): readonly string[] {
  if (pings.length === 0) return []
  const complaints = pings.flatMap(({ host, problem }) =>
    problem === undefined
      ? []
      : [`${paint('bold', host)}: ${paint('red', hanging(problem.message))}${mend(problem.mend)}`],
  )
  return [
    '',
    ...rowsThatFit(pings.map(cells), { paint, columns }),
    '',
    ...(complaints.length > 0 ? [...complaints, ''] : []),
  ]
}

/** One table, else two (the host keys are what is wide), else a paragraph a host. */
function rowsThatFit(rows: readonly (readonly Cell[])[], { paint, columns }: PingOptions): readonly string[] {
  const table = [TITLES.map((text): Cell => ({ text, style: 'bold' })), ...rows]
  const only = (wanted: (column: number) => boolean) => table.map((row) => row.filter((_, column) => wanted(column)))
  const ways = [[table], [only((column) => column !== KEY), only((column) => column === 0 || column === KEY)]]
  const fitting = ways.find((tables) => tables.every((one) => tableWidth(one) <= columns))
  if (fitting === undefined) return rows.flatMap((row) => paragraph(row, paint))
  return fitting.flatMap((one, index) => [...(index === 0 ? [] : ['']), ...renderTable(one, paint)])
}

/** Who is not as it should be, for the line that ends a report. */
export function pingWords(pings: readonly Ping[]): readonly string[] {
  const those = (state: Ping['state']) => pings.filter((one) => one.state === state).map(({ host }) => host)
  const told = [
    { hosts: those('no root'), what: 'without root' },
    { hosts: those('unreachable'), what: 'not reached' },
  ]
  return told.filter(({ hosts }) => hosts.length > 0).map(({ hosts, what }) => `${names(hosts)} ${what}`)
}

function cells(ping: Ping): readonly Cell[] {
  const { host, user, hostKey, way, transport, become, state } = ping
  const key = hostKey === undefined ? NOTHING : `${hostKey.type} ${hostKey.fingerprint}`
  const texts = [host, roundTrip(ping), user, key, way.join(' → ') || 'direct', transport, become ?? NOTHING]
  return [...texts.map((text) => ({ text })), { text: state, style: STYLES[state] }]
}

/** `0.42 ms`, `7.3 ms`, `204 ms`: as exact as it is steady. */
function roundTrip({ roundTrip: seconds }: Ping): string {
  if (seconds === undefined) return NOTHING
  const milliseconds = seconds * 1000
  return `${milliseconds.toFixed(milliseconds < 1 ? 2 : milliseconds < 10 ? 1 : 0)} ms`
}

function paragraph([host, ...rest]: readonly Cell[], paint: Paint): readonly string[] {
  const rows = rest.map((cell, index) => [{ text: `  ${TITLES[index + 1] ?? ''}` }, cell])
  return [paint('bold', host?.text ?? ''), ...renderTable(rows, paint)]
}
