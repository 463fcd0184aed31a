import type { ReachSetting } from '../engine/events.ts'
import type { Paint } from './colour.ts'
import type { EventOf } from './run.ts'
import { type Cell, renderTable } from './table.ts'
import { names } from './words.ts'

/** How a machine is reached: a line for each setting, with its value and who said so; what nobody said is dim. */
export function connectionText({ host, before, settings }: EventOf<'connection'>, paint: Paint): string {
  const role = before.length === 0 ? '' : `, jump host of ${names(before)}`
  const rows = settings.flatMap(rowsOf)
  return [`${paint('bold', host)}${role}`, ...renderTable(rows, paint).map((line) => `  ${line}`), ''].join('\n')
}

/** A list takes a line for each item. */
function rowsOf(setting: ReachSetting): readonly (readonly Cell[])[] {
  const [first = 'none', ...more] = valuesOf(setting.value)
  const style = setting.from === 'default' && setting.why === undefined ? 'dim' : undefined
  const cell = (text: string): Cell => ({ text, style })
  return [
    [cell(setting.name), cell(first), cell(sourceOf(setting))],
    ...more.map((value) => [cell(''), cell(value), cell('')]),
  ]
}

function valuesOf(value: ReachSetting['value']): readonly string[] {
  if (value === null) return []
  if (typeof value === 'boolean') return [value ? 'yes' : 'no']
  return typeof value === 'object' ? value : [String(value)]
}

function sourceOf({ from, where, why }: ReachSetting): string {
  if (why !== undefined) return why
  switch (from) {
    case 'inventory':
    case 'environment':
      return where ?? from
    case 'ssh_config':
      return `ssh_config ${where ?? ''}`.trimEnd()
    case 'default':
      return from
  }
}
