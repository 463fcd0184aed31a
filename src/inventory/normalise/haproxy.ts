import type { Haproxy, HaproxyDefaults, HaproxyGlobal, Resolvers, Stats } from '../model.ts'
import type { RawBackend, RawFrontend, RawHaproxy } from '../schema/inventory.ts'
import { normaliseBind } from './bind.ts'
import { type Context, list } from './context.ts'
import { milliseconds, written } from './durations.ts'
import { normaliseBackend, normaliseFrontend } from './proxies.ts'
import { normaliseSecret } from './secrets.ts'
import { normaliseTimeouts } from './timeouts.ts'

/** Milliseconds. Long enough for most connections of API servers, and not for ever. */
export const HARD_STOP_AFTER = 1_800_000

/** Hours where a watch may be silent, seconds where only a fault is. */
const TIMEOUTS = {
  connect: 5000,
  client: 14_400_000,
  server: 14_400_000,
  tunnel: 14_400_000,
  'client-fin': 30_000,
  'http-request': 10_000,
  queue: 30_000,
  check: 3000,
}

export function normaliseHaproxy(raw: RawHaproxy, context: Context): Haproxy {
  const defaults = normaliseDefaults(raw.defaults ?? {})
  const frontends = Object.entries(raw.frontends)
  const at = (part: 'frontends' | 'backends', name: string) => ({
    name,
    path: ['haproxy', part, name],
    defaults,
    context,
  })
  return {
    global: normaliseGlobal(raw.global ?? {}),
    defaults,
    resolvers: Object.entries(raw.resolvers ?? {}).map(([name, resolvers]) => normaliseResolvers(name, resolvers)),
    frontends: frontends.map(([name, frontend]) => normaliseFrontend(frontendOf(frontend), at('frontends', name))),
    backends: [
      ...frontends
        .filter(([, frontend]) => frontend.default_backend === undefined)
        .map(([name, frontend]) => normaliseBackend(backendOf(frontend), at('frontends', name))),
      ...Object.entries(raw.backends ?? {}).map(([name, backend]) => normaliseBackend(backend, at('backends', name))),
    ],
    stats: normaliseStats(raw.stats, context),
    healthPort: raw.health_port ?? 61999,
    extra: raw.extra ?? '',
    version: raw.version,
  }
}

/** What a frontend with servers says of its backend. Its raw lines stay in the frontend. */
function backendOf(frontend: RawFrontend): RawBackend {
  const { mode, balance, check, retries, default_server, servers, timeouts } = frontend
  return {
    mode,
    balance,
    check,
    retries,
    default_server,
    servers,
    timeouts: without(timeouts, 'client', 'client-fin', 'http-request'),
  }
}

/** What it says of itself: time-outs that only a backend has are not written twice. */
function frontendOf(frontend: RawFrontend): RawFrontend {
  return frontend.default_backend === undefined
    ? {
        ...frontend,
        timeouts: without(frontend.timeouts, 'connect', 'server', 'server-fin', 'tunnel', 'queue', 'check'),
      }
    : frontend
}

type RawTimeouts = RawFrontend['timeouts']

function without(timeouts: RawTimeouts, ...names: readonly (keyof NonNullable<RawTimeouts>)[]): RawTimeouts {
  if (timeouts === undefined) return undefined
  const left = { ...timeouts }
  for (const name of names) left[name] = undefined
  return left
}

function normaliseGlobal(raw: NonNullable<RawHaproxy['global']>): HaproxyGlobal {
  return {
    maxconn: raw.maxconn,
    log: raw.log === undefined ? undefined : list(raw.log),
    hardStopAfter: milliseconds(raw.hard_stop_after, HARD_STOP_AFTER),
    extra: raw.extra ?? '',
  }
}

function normaliseDefaults(raw: NonNullable<RawHaproxy['defaults']>): HaproxyDefaults {
  const mode = raw.mode ?? 'tcp'
  // Keep-alive packets find clients and servers that are gone although the time-outs are long.
  const options = [mode === 'tcp' ? 'tcplog' : 'httplog', 'dontlognull', 'redispatch', 'clitcpka', 'srvtcpka']
  return {
    mode,
    options: list(raw.options, options),
    retries: raw.retries,
    maxconn: raw.maxconn,
    timeouts: { ...TIMEOUTS, ...normaliseTimeouts(raw.timeouts) },
    extra: raw.extra ?? '',
  }
}

function normaliseResolvers(name: string, raw: NonNullable<RawHaproxy['resolvers']>[string]): Resolvers {
  const nameservers = list(raw.nameservers).map((server) => (/^\[|^[^:]*:/.test(server) ? server : `${server}:53`))
  return { name, nameservers, extra: raw.extra ?? '' }
}

function normaliseStats(raw: RawHaproxy['stats'], context: Context): Stats | undefined {
  if (raw === undefined) return undefined
  const path = ['haproxy', 'stats']
  const password =
    typeof raw.password === 'object' ? normaliseSecret(raw.password, [...path, 'password'], context) : raw.password
  return {
    bind: normaliseBind(raw.bind ?? { at: 'address', port: 9000 }, [...path, 'bind'], context),
    uri: raw.uri ?? '/',
    realm: raw.realm,
    // One of the two means both: a name without a password would be no lock.
    user: raw.user ?? (raw.password === undefined ? undefined : 'admin'),
    password: password ?? (raw.user === undefined ? undefined : 'generate'),
    refresh: written(raw.refresh),
    hideVersion: raw.hide_version ?? true,
    admin: raw.admin ?? false,
  }
}
