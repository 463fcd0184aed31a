import type { Backend, Frontend, Haproxy } from '../../inventory/model.ts'
import type { Text } from '../../lib/secret.ts'
import { serverSide } from './backend.ts'
import { type BindContext, renderBind } from './bind.ts'
import { timeoutLines } from './defaults.ts'
import { rawLines, section, setting } from './lines.ts'
import { type DealtOptions, inherited, optionLines } from './options.ts'

/**
 * The backend that is one with a frontend: it has its name. Two sections of one name are a warning from haproxy 3.1 on and an
 * error in 3.3; a `listen` section is both in one, for every version, and others may still send to it by its name.
 */
export function backendOf(frontend: Frontend, { backends }: Haproxy): Backend | undefined {
  return backends.find(({ name }) => name === frontend.name && name === frontend.defaultBackend)
}

export function renderListen(frontend: Frontend, backend: Backend, dealt: DealtOptions, context: BindContext): Text {
  const given = { mode: frontend.mode, options: [...new Set([...frontend.options, ...backend.options])] }
  const dealtHere = [...dealt.httpFrontends, ...dealt.httpBackends]
  return section(`listen ${frontend.name}`, [
    ...frontend.binds.map((bind) => renderBind(bind, context)),
    `mode ${frontend.mode}`,
    ...optionLines([...inherited(given, dealtHere), ...given.options]),
    ...setting('maxconn', frontend.maxconn),
    ...timeoutLines({ ...backend.timeouts, ...frontend.timeouts }),
    ...rawLines(frontend.extra),
    ...serverSide(backend, context.facts.versions.haproxy.version),
  ])
}
