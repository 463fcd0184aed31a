import { formatDuration } from '../../lib/duration.ts'
import type { Path } from '../../lib/yaml.ts'
import { parseIp } from '../addresses.ts'
import type { Timeouts } from '../model.ts'
import { itemPath } from '../normalise/context.ts'
import { allBackends } from './backends.ts'
import { error, type Rule, warning } from './rule.ts'

const SHORTEST_WATCH = 600_000

/** An idle watch, `logs -f` or `exec` is a connection that is silent for minutes, and is not dead. */
export const shortTimeouts: Rule = (subject) => {
  const { defaults, frontends } = subject.inventory.haproxy
  const tcp = (mode: string) => mode === 'tcp'
  const places: readonly { readonly path: Path; readonly timeouts: Timeouts }[] = [
    // What speaks tcp inherits them, whatever the defaults' own mode is.
    ...(frontends.some(({ mode }) => tcp(mode))
      ? [{ path: ['haproxy', 'defaults'], timeouts: defaults.timeouts }]
      : []),
    ...frontends
      .filter(({ mode }) => tcp(mode))
      .map(({ name, timeouts }) => ({ path: ['haproxy', 'frontends', name], timeouts })),
    ...allBackends(subject)
      .filter(({ backend }) => tcp(backend.mode))
      .map(({ backend, path }) => ({ path, timeouts: backend.timeouts })),
  ]
  return places.flatMap(({ path, timeouts }) =>
    ['client', 'server', 'tunnel'].flatMap((name) => {
      const value = timeouts[name]
      if (value === undefined || value >= SHORTEST_WATCH) return []
      const message = `a ${name} time-out of ${formatDuration(value)} cuts watches, logs -f, exec and port-forward`
      return [warning([...path, 'timeouts', name], message, 'leave it out (4h), or write 10m or more')]
    }),
  )
}

export const nameserverAddress: Rule = ({ inventory, raw }) =>
  inventory.haproxy.resolvers.flatMap(({ name, nameservers }) =>
    nameservers.flatMap((server, index) => {
      const [, bracketed, plain, port] = /^(?:\[([^\]]+)\]|([^:]*)):(\d{1,5})$/.exec(server) ?? []
      const ip = parseIp(bracketed ?? plain ?? '')
      if (ip !== undefined && ip.prefix === undefined && Number(port) >= 1 && Number(port) <= 65535) return []
      const path = itemPath(
        ['haproxy', 'resolvers', name, 'nameservers'],
        raw.haproxy.resolvers?.[name]?.nameservers,
        index,
      )
      return [
        error(
          path,
          `"${server}" is no address of a name server`,
          'write an IP address, or address:port, like 192.168.4.129:53',
        ),
      ]
    }),
  )
