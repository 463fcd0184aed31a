import type { Stats } from '../../inventory/model.ts'
import { type Secret, type Text, text } from '../../lib/secret.ts'
import { type BindContext, renderBind } from './bind.ts'
import { type Line, section, setting } from './lines.ts'
import { duration, secretWord, word } from './words.ts'

/** The statistics page for people. */
export function renderStats(stats: Stats, password: Secret | undefined, context: BindContext): Text {
  const { version } = context.facts.versions.haproxy
  return section('frontend stats', [
    renderBind(stats.bind, context),
    'mode http',
    'option httplog',
    'timeout client 1m',
    'stats enable',
    `stats uri ${word(stats.uri, version)}`,
    ...setting('stats realm', stats.realm === undefined ? undefined : word(stats.realm, version)),
    ...credentials(stats.user, password, version),
    ...setting('stats refresh', stats.refresh === undefined ? undefined : duration(stats.refresh)),
    ...(stats.hideVersion ? ['stats hide-version'] : []),
    ...(stats.admin ? ['stats admin if TRUE'] : []),
  ])
}

function credentials(user: string | undefined, password: Secret | undefined, version: string): Line[] {
  return user === undefined || password === undefined
    ? []
    : [text`stats auth ${word(user, version)}:${secretWord(password, version)}`]
}
