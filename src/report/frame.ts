import type { HostState, Row } from './board.ts'
import type { Paint } from './colour.ts'
import { cut, pad, width } from './width.ts'
import { duration } from './words.ts'

/** Who is shown first when not all have room. */
const BY_INTEREST: readonly HostState[] = ['failed', 'working', 'waiting', 'done']
const SYMBOLS = { failed: '✘', working: '▸', waiting: '·', done: '✔' } as const
const STYLES = { failed: 'red', working: 'cyan', waiting: 'dim', done: 'green' } as const
const LONGEST_NAME = 30
const TIME_COLUMNS = 9

interface FrameOptions {
  readonly columns: number
  /** How many lines there may be. */
  readonly lines: number
  readonly now: number
  readonly paint: Paint
}

/** The live view as lines that fit: a line a host, then who had no room, then what the run waits for. */
export function renderFrame(rows: readonly Row[], note: string, options: FrameOptions): readonly string[] {
  const { columns, paint } = options
  const foot = note === '' || options.lines < 2 ? [] : [paint('dim', cut(`waiting: ${oneLine(note)}`, columns))]
  const room = options.lines - foot.length
  if (rows.length <= room) return [...hostRows(rows, options), ...foot]
  const byInterest = BY_INTEREST.flatMap((state) => rows.filter((row) => row.state === state))
  const shown = new Set(byInterest.slice(0, Math.max(0, room - 1)))
  const hidden = rows.filter((row) => !shown.has(row))
  // Those shown keep the order of the inventory: a line that moves cannot be read.
  const lines = hostRows(
    rows.filter((row) => shown.has(row)),
    options,
  )
  return [...lines, paint('dim', cut(hiddenCounts(hidden), columns)), ...foot]
}

function hiddenCounts(hidden: readonly Row[]): string {
  const counts = BY_INTEREST.map((state) => ({ state, amount: hidden.filter((row) => row.state === state).length }))
  const told = counts.filter(({ amount }) => amount > 0).map(({ state, amount }) => `${amount} ${state}`)
  return `… ${hidden.length} more: ${told.join(', ')}`
}

function hostRows(rows: readonly Row[], options: FrameOptions): readonly string[] {
  const nameColumns = Math.min(LONGEST_NAME, Math.max(0, ...rows.map((row) => width(row.host))))
  return rows.map((row) => hostRow(row, nameColumns, options))
}

function hostRow(row: Row, nameColumns: number, { columns, now, paint }: FrameOptions): string {
  const name = pad(cut(row.host, nameColumns), nameColumns)
  const text = cut(`${name} ${elapsed(row, now).padStart(TIME_COLUMNS)}  ${oneLine(row.what)}`.trimEnd(), columns - 2)
  return `${paint(STYLES[row.state], SYMBOLS[row.state])} ${row.state === 'done' ? paint('dim', text) : text}`
}

/** In whole seconds while it goes on, so that a quiet second costs one line. */
function elapsed(row: Row, now: number): string {
  if (row.took !== undefined) return duration(row.took / 1000)
  const seconds = Math.floor((now - row.since) / 1000)
  if (row.state !== 'working' || seconds < 1) return ''
  return seconds < 60 ? `${seconds} s` : duration(seconds)
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim()
}
