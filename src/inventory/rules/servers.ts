import { parseIp, sameAddress } from '../addresses.ts'
import type { Server } from '../model.ts'
import { allBackends, type PlacedBackend } from './backends.ts'
import { earlierTwin } from './pairs.ts'
import { error, type Rule, type RuleFinding, type Subject, warning } from './rule.ts'

function eachServer(check: (server: Server, placed: PlacedBackend, subject: Subject) => readonly RuleFinding[]): Rule {
  return (subject) =>
    allBackends(subject).flatMap((placed) => placed.backend.servers.flatMap((server) => check(server, placed, subject)))
}

const serverPath = ({ path }: PlacedBackend, server: Server) => [...path, 'servers', server.name]

/** One server under two names gets twice its share, and looks like a redundancy that is not there. */
export const duplicateServer: Rule = (subject) =>
  allBackends(subject).flatMap((placed) => {
    const { servers } = placed.backend
    return servers.flatMap((server, index) => {
      const twin = earlierTwin(
        servers,
        index,
        (a, b) => a.port === b.port && a.port !== 0 && sameAddress(a.host, b.host),
      )
      if (twin === undefined) return []
      const message = `${twin.name} is ${server.host}:${server.port} too`
      return [error(serverPath(placed, server), message, 'correct the address, or remove one of the two')]
    })
  })

export const serverIsVip = eachServer((server, placed, { inventory }) => {
  const vip = inventory.vips.find((one) => sameAddress(one.address, server.host))
  if (vip === undefined) return []
  const message = `${server.host} is the VIP ${vip.name}: haproxy would send connections to itself`
  return [error(serverPath(placed, server), message, 'write the address of the server itself')]
})

/** What looks like an address and is none would be taken for a name, and never resolve. */
export const serverAddress = eachServer((server, placed) => {
  const looksLikeAddress = /^[\d.]+$/.test(server.host) || server.host.includes(':')
  if (!looksLikeAddress || server.host === '') return []
  const ip = parseIp(server.host)
  return ip !== undefined && ip.prefix === undefined
    ? []
    : [error(serverPath(placed, server), `"${server.host}" is no IP address`, 'correct the address of the server')]
})

export const serverUnresolved = eachServer((server, placed) => {
  if (
    server.host === '' ||
    parseIp(server.host) !== undefined ||
    /^[\d.]+$/.test(server.host) ||
    server.host.includes(':')
  )
    return []
  const resolvers = server.options.resolvers ?? placed.backend.defaultServer.resolvers
  if (resolvers !== undefined) return []
  const message = `${server.host} is resolved once, when haproxy starts; until then the server counts as down (init-addr last,libc,none)`
  return [warning(serverPath(placed, server), message, 'write an IP address, or name resolvers in default_server')]
})

export const resolversUnknown: Rule = (subject) => {
  const known = new Set(subject.inventory.haproxy.resolvers.map((resolvers) => resolvers.name))
  const used = allBackends(subject).flatMap(({ backend, path }) => [
    { name: backend.defaultServer.resolvers, path: [...path, 'default_server', 'resolvers'] },
    ...backend.servers.map((server) => ({
      name: server.options.resolvers,
      path: [...path, 'servers', server.name, 'resolvers'],
    })),
  ])
  return used.flatMap(({ name, path }) =>
    name === undefined || known.has(name)
      ? []
      : [error(path, `there are no resolvers "${name}"`, 'add them to haproxy.resolvers')],
  )
}

/** A longer warm-up than this makes kubeadm init give up on the first API server (kubernetes#136134). */
const LONGEST_SLOWSTART = 10_000

export const slowstartLong: Rule = (subject) =>
  allBackends(subject).flatMap(({ backend, path }) => {
    const written = [
      { value: backend.defaultServer.slowstart, path: [...path, 'default_server', 'slowstart'] },
      ...backend.servers.map(({ name, options }) => ({
        value: options.slowstart,
        path: [...path, 'servers', name, 'slowstart'],
      })),
    ]
    return written
      .filter(({ value }) => (value ?? 0) > LONGEST_SLOWSTART)
      .map((one) =>
        warning(
          one.path,
          'a slow start delays the first API server until kubeadm gives up',
          'leave it out, or write 10s or less',
        ),
      )
  })
