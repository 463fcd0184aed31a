import type { Haproxy, Timeouts } from '../../inventory/model.ts'
import type { Text } from '../../lib/secret.ts'
import { rawLines, section, setting } from './lines.ts'
import { type DealtOptions, optionLines } from './options.ts'
import { duration } from './words.ts'

export function timeoutLines(timeouts: Timeouts): string[] {
  return Object.entries(timeouts).map(([name, milliseconds]) => `timeout ${name} ${duration(milliseconds)}`)
}

export function renderDefaults(haproxy: Haproxy, options: DealtOptions): Text {
  const { defaults, global } = haproxy
  return section('defaults', [
    `mode ${defaults.mode}`,
    ...(global.log?.length === 0 ? [] : ['log global']),
    ...optionLines(options.defaults),
    ...setting('retries', defaults.retries),
    ...setting('maxconn', defaults.maxconn),
    ...timeoutLines(defaults.timeouts),
    ...rawLines(defaults.extra),
  ])
}
