import type { ServerCheck } from '../../inventory/model.ts'
import { supports } from './features.ts'

/** How a backend asks its servers, and the words that each server needs for it. */
export interface RenderedCheck {
  readonly lines: readonly string[]
  readonly serverWords: readonly string[]
}

/**
 * `readyz` speaks TLS although the traffic is passed on untouched: asking a TLS port in clear text would find every
 * server dead. The certificate is not verified: the check asks whether the server lives, and clients verify for themselves.
 */
export function renderCheck(check: ServerCheck, version: string): RenderedCheck {
  switch (check.kind) {
    case 'none':
      return { lines: [], serverWords: [] }
    case 'tcp':
      return { lines: [], serverWords: ['check'] }
    case 'tcp-check':
      return { lines: ['option tcp-check'], serverWords: ['check'] }
    case 'http':
      return { lines: httpCheck(check, version, false), serverWords: ['check'] }
    case 'readyz':
      return {
        lines: httpCheck(check, version, true),
        serverWords: supports(version, 'http-check-rules')
          ? ['check', 'verify', 'none']
          : ['check', 'check-ssl', 'verify', 'none'],
      }
  }
}

function httpCheck(check: ServerCheck, version: string, tls: boolean): string[] {
  const { method, path, expect } = check
  if (!supports(version, 'http-check-rules')) {
    return [
      `option httpchk ${method} ${path}`,
      ...(expect.length > 0 ? [`http-check expect rstatus ^(${expect.join('|')})$`] : []),
    ]
  }
  return [
    'option httpchk',
    ...(tls ? ['http-check connect ssl'] : []),
    `http-check send meth ${method} uri ${path}`,
    ...(expect.length > 0 ? [`http-check expect status ${expect.join(',')}`] : []),
  ]
}
