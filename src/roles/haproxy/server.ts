import { isIP } from 'node:net'
import type { Backend, Server, ServerOptions } from '../../inventory/model.ts'
import { supports } from './features.ts'
import { duration, endpoint } from './words.ts'

const TIMES = ['inter', 'fastinter', 'downinter', 'slowstart'] as const
const NUMBERS = ['rise', 'fall', 'maxconn', 'maxqueue', 'weight'] as const

/** Server options in haproxy's words; what is not given is left to haproxy. */
function serverWords(options: Partial<ServerOptions>): string[] {
  const times = TIMES.flatMap((name) => {
    const value = options[name]
    return value === undefined ? [] : [name, duration(value)]
  })
  const numbers = NUMBERS.flatMap((name) => {
    const value = options[name]
    return value === undefined ? [] : [name, String(value)]
  })
  return [
    ...times,
    ...numbers,
    ...(options.resolvers === undefined ? [] : ['resolvers', options.resolvers]),
    // A session to a dead API server would otherwise hang until its own time-out, which is hours for a watch.
    ...(options.shutdownSessions === true ? ['on-marked-down', 'shutdown-sessions'] : []),
    ...(options.extra === undefined || options.extra.trim() === '' ? [] : [options.extra.trim()]),
  ]
}

/**
 * What all servers of a backend share. haproxy has no word to take `on-marked-down` back from one server, so where one
 * does without, the others get it each for themselves.
 */
function shareOptions(
  shared: ServerOptions,
  servers: readonly Server[],
): { readonly shared: ServerOptions; readonly servers: readonly Server[] } {
  if (servers.every(({ options }) => options.shutdownSessions !== false)) return { shared, servers }
  const { shutdownSessions } = shared
  return {
    shared: { ...shared, shutdownSessions: false },
    servers: servers.map((server) => ({ ...server, options: { shutdownSessions, ...server.options } })),
  }
}

/** The `default-server` line and the servers; `common` is what each server needs for the backend's check. */
export function serverLines(backend: Backend, common: readonly string[], version: string): string[] {
  if (!supports(version, 'default-server-words')) {
    return backend.servers.map((server) => renderServer(withAll(server, backend.defaultServer), common, version))
  }
  const { shared, servers } = shareOptions(backend.defaultServer, backend.servers)
  const words = [...common, ...serverWords(shared)]
  return [
    ...(words.length > 0 ? [`default-server ${words.join(' ')}`] : []),
    ...servers.map((server) => renderServer(server, [], version)),
  ]
}

/** A server that says everything itself. */
function withAll(server: Server, shared: ServerOptions): Server {
  const extra = [shared.extra, server.options.extra ?? ''].map((words) => words.trim()).filter((words) => words !== '')
  return { ...server, options: { ...shared, ...server.options, extra: extra.join(' ') } }
}

/** One `server` line. A name that does not resolve yet must not keep haproxy from starting (haproxy#807). */
function renderServer(server: Server, common: readonly string[], version: string): string {
  const byName = isIP(server.host) === 0 && supports(version, 'init-addr')
  return [
    'server',
    server.name,
    endpoint(server.host, server.port, version),
    ...common,
    ...serverWords(server.options),
    ...(byName ? ['init-addr', 'last,libc,none'] : []),
    ...(server.backup ? ['backup'] : []),
  ].join(' ')
}
