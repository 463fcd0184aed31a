import { isIP } from 'node:net'
import type { Server, ServerOptions } from '../../inventory/model.ts'
import { duration, endpoint } from './words.ts'

const TIMES = ['inter', 'fastinter', 'downinter', 'slowstart'] as const
const NUMBERS = ['rise', 'fall', 'maxconn', 'maxqueue', 'weight'] as const

/** Server options in haproxy's words; what is not given is left to haproxy. */
export function serverWords(options: Partial<ServerOptions>): string[] {
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
export function shareOptions(
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

/** One `server` line. A name that does not resolve yet must not keep haproxy from starting (haproxy#807). */
export function renderServer(server: Server): string {
  const byName = isIP(server.host) === 0
  return [
    'server',
    server.name,
    endpoint(server.host, server.port),
    ...serverWords(server.options),
    ...(byName ? ['init-addr', 'last,libc,none'] : []),
    ...(server.backup ? ['backup'] : []),
  ].join(' ')
}
