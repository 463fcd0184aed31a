import type { Backend } from '../../inventory/model.ts'
import type { Text } from '../../lib/secret.ts'
import { renderCheck } from './check.ts'
import { timeoutLines } from './defaults.ts'
import { rawLines, section, setting } from './lines.ts'
import { type DealtOptions, optionLines } from './options.ts'
import { renderServer, serverWords, shareOptions } from './server.ts'

export function renderBackend(backend: Backend, dealt: DealtOptions, version: string): Text {
  const check = renderCheck(backend.check, version)
  const inherited = backend.mode === 'http' ? dealt.httpBackends : []
  const { shared, servers } = shareOptions(backend.defaultServer, backend.servers)
  const common = [...check.serverWords, ...serverWords(shared)]
  return section(`backend ${backend.name}`, [
    `mode ${backend.mode}`,
    `balance ${backend.balance}`,
    ...optionLines([...inherited.filter((option) => !backend.options.includes(option)), ...backend.options]),
    ...setting('retries', backend.retries),
    ...timeoutLines(backend.timeouts),
    ...check.lines,
    ...rawLines(backend.extra),
    ...(common.length > 0 ? [`default-server ${common.join(' ')}`] : []),
    ...servers.map(renderServer),
  ])
}
