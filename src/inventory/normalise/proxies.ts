import type { Path } from '../../lib/yaml.ts'
import type { Backend, Frontend, HaproxyDefaults, ServerCheck } from '../model.ts'
import type { RawBackend, RawFrontend } from '../schema/inventory.ts'
import { normaliseBind } from './bind.ts'
import { type Context, itemPath, list } from './context.ts'
import { normaliseDefaultServer, normaliseServer } from './servers.ts'
import { normaliseTimeouts } from './timeouts.ts'

const DEFAULT_BIND = '*:6443'
/** API clients keep their connections for hours: who has the fewest should get the next. */
const DEFAULT_BALANCE = 'leastconn'

interface Place {
  readonly name: string
  readonly path: Path
  readonly defaults: HaproxyDefaults
  readonly context: Context
}

export function normaliseFrontend(raw: RawFrontend, { name, path, defaults, context }: Place): Frontend {
  const binds = list(raw.bind, [DEFAULT_BIND])
  return {
    name,
    mode: raw.mode ?? defaults.mode,
    binds: binds.map((bind, index) => normaliseBind(bind, itemPath([...path, 'bind'], raw.bind, index), context)),
    // Where the frontend makes its backend, options and time-outs belong to both; see `normaliseBackend`.
    options: list(raw.options),
    maxconn: raw.maxconn,
    timeouts: normaliseTimeouts(raw.timeouts),
    defaultBackend: raw.default_backend ?? name,
    extra: raw.extra ?? '',
  }
}

export function normaliseBackend(raw: RawBackend, { name, path, defaults, context }: Place): Backend {
  const mode = raw.mode ?? defaults.mode
  return {
    name,
    mode,
    balance: raw.balance ?? DEFAULT_BALANCE,
    options: list(raw.options),
    check: normaliseCheck(raw.check, mode),
    timeouts: normaliseTimeouts(raw.timeouts),
    retries: raw.retries,
    defaultServer: normaliseDefaultServer(raw.default_server ?? {}),
    servers: Object.entries(raw.servers ?? {}).map(([server, written]) =>
      normaliseServer(server, written, [...path, 'servers', server], context),
    ),
    extra: raw.extra ?? '',
  }
}

/** An API server that allows no anonymous requests answers 401: it lives. */
const READYZ = { method: 'GET', path: '/readyz', expect: [200, 401] }
/** No statuses: what haproxy itself takes for up, 2xx and 3xx. */
const PLAIN = { method: 'GET', path: '/', expect: [] }

function normaliseCheck(raw: RawBackend['check'], mode: 'tcp' | 'http'): ServerCheck {
  const written = typeof raw === 'string' ? { kind: raw } : (raw ?? {})
  const kind = written.kind ?? (mode === 'tcp' ? 'readyz' : 'http')
  const usual = kind === 'readyz' ? READYZ : PLAIN
  const { method, path, expect } = { method: undefined, path: undefined, expect: undefined, ...written }
  return { kind, method: method ?? usual.method, path: path ?? usual.path, expect: list(expect, usual.expect) }
}
