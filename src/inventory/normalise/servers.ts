import type { Path } from '../../lib/yaml.ts'
import type { Server, ServerOptions } from '../model.ts'
import type { RawBackend } from '../schema/inventory.ts'
import { type Context, note } from './context.ts'
import { written } from './durations.ts'
import { parseEndpoint, withoutBrackets } from './endpoint.ts'

type RawServerOptions = NonNullable<RawBackend['default_server']>
type RawServer = NonNullable<RawBackend['servers']>[string]

/**
 * Down after three seconds, up after two good answers: an API server that has just come up must not be missed for
 * long (kubeadm gives up), and sessions to one that is gone are cut at once, or watches would hang for hours.
 */
const DEFAULTS = { inter: 2000, fastinter: 1000, rise: 2, fall: 3 }

export function normaliseDefaultServer(raw: RawServerOptions): ServerOptions {
  return {
    inter: written(raw.inter) ?? DEFAULTS.inter,
    fastinter: written(raw.fastinter) ?? DEFAULTS.fastinter,
    downinter: written(raw.downinter),
    rise: raw.rise ?? DEFAULTS.rise,
    fall: raw.fall ?? DEFAULTS.fall,
    slowstart: written(raw.slowstart),
    maxconn: raw.maxconn,
    maxqueue: raw.maxqueue,
    weight: raw.weight,
    resolvers: raw.resolvers,
    shutdownSessions: (raw.on_marked_down ?? 'shutdown-sessions') === 'shutdown-sessions',
    extra: raw.extra ?? '',
  }
}

export function normaliseServer(name: string, raw: RawServer, path: Path, context: Context): Server {
  if (typeof raw !== 'string') {
    const host = withoutBrackets(raw.address)
    return { name, host, port: raw.port, options: givenOptions(raw), backup: raw.backup ?? false }
  }
  const endpoint = parseEndpoint(raw)
  if (endpoint === undefined) {
    const mend = 'write it like "192.168.1.11:6443", "kube-mast01:6443" or "[fd00::11]:6443"'
    note(context, 'server-form', path, `"${raw}" is no address and port of a server`, mend)
  }
  return { name, host: endpoint?.host ?? '', port: endpoint?.port ?? 0, options: {}, backup: false }
}

/** Only what is written at the server itself. */
function givenOptions(raw: RawServerOptions): Partial<ServerOptions> {
  const cut = raw.on_marked_down === undefined ? undefined : raw.on_marked_down === 'shutdown-sessions'
  return {
    ...given('inter', written(raw.inter)),
    ...given('fastinter', written(raw.fastinter)),
    ...given('downinter', written(raw.downinter)),
    ...given('rise', raw.rise),
    ...given('fall', raw.fall),
    ...given('slowstart', written(raw.slowstart)),
    ...given('maxconn', raw.maxconn),
    ...given('maxqueue', raw.maxqueue),
    ...given('weight', raw.weight),
    ...given('resolvers', raw.resolvers),
    ...given('shutdownSessions', cut),
    ...given('extra', raw.extra),
  }
}

function given<K extends string, V>(key: K, value: V | undefined): Partial<Record<K, V>> {
  const found: Partial<Record<K, V>> = {}
  if (value !== undefined) found[key] = value
  return found
}
