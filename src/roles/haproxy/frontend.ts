import type { Frontend } from '../../inventory/model.ts'
import type { Text } from '../../lib/secret.ts'
import { type BindContext, renderBind } from './bind.ts'
import { timeoutLines } from './defaults.ts'
import { rawLines, section, setting } from './lines.ts'
import { type DealtOptions, inherited, optionLines } from './options.ts'

export function renderFrontend(frontend: Frontend, dealt: DealtOptions, context: BindContext): Text {
  return section(`frontend ${frontend.name}`, [
    ...frontend.binds.map((bind) => renderBind(bind, context)),
    `mode ${frontend.mode}`,
    ...optionLines([...inherited(frontend, dealt.httpFrontends), ...frontend.options]),
    ...setting('maxconn', frontend.maxconn),
    ...timeoutLines(frontend.timeouts),
    ...rawLines(frontend.extra),
    `default_backend ${frontend.defaultBackend}`,
  ])
}
