import type { Paint, Style } from './colour.ts'
import { pad, width } from './width.ts'

/** What stands in one place of a table. */
export interface Cell {
  readonly text: string
  readonly style?: Style | undefined
}

/** How wide each column is. */
function columnWidths(rows: readonly (readonly Cell[])[]): readonly number[] {
  const columns = Math.max(0, ...rows.map((row) => row.length))
  return Array.from({ length: columns }, (_, index) => Math.max(...rows.map((row) => width(row[index]?.text ?? ''))))
}

/** How wide the whole table is. */
export function tableWidth(rows: readonly (readonly Cell[])[]): number {
  return columnWidths(rows).reduce((sum, column) => sum + column + 2, -2)
}

/** Rows of equal columns, two spaces apart. */
export function renderTable(rows: readonly (readonly Cell[])[], paint: Paint): readonly string[] {
  const widths = columnWidths(rows)
  return rows.map((row) => {
    const cells = row.map(({ text, style }, index) => {
      // No spaces at the end of a line, nor colour on those between the columns.
      const gap = index === row.length - 1 ? '' : pad('', (widths[index] ?? 0) - width(text))
      return (style === undefined ? text : paint(style, text)) + gap
    })
    return cells.join('  ').trimEnd()
  })
}
