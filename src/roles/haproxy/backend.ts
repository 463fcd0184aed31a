import type { Backend } from '../../inventory/model.ts'
import type { Text } from '../../lib/secret.ts'
import { renderCheck } from './check.ts'
import { timeoutLines } from './defaults.ts'
import { rawLines, section, setting } from './lines.ts'
import { type DealtOptions, inherited, optionLines } from './options.ts'
import { serverLines } from './server.ts'

export function renderBackend(backend: Backend, dealt: DealtOptions, version: string): Text {
  return section(`backend ${backend.name}`, [
    `mode ${backend.mode}`,
    ...optionLines([...inherited(backend, dealt.httpBackends), ...backend.options]),
    ...timeoutLines(backend.timeouts),
    ...serverSide(backend, version),
  ])
}

/** What a backend has and a frontend has not. */
export function serverSide(backend: Backend, version: string): string[] {
  const check = renderCheck(backend.check, version)
  return [
    `balance ${backend.balance}`,
    ...setting('retries', backend.retries),
    ...check.lines,
    ...rawLines(backend.extra),
    ...serverLines(backend, check.serverWords, version),
  ]
}
