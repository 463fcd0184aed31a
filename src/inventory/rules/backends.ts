import type { Path } from '../../lib/yaml.ts'
import { suggest } from '../../lib/suggest.ts'
import type { Backend } from '../model.ts'
import { error, type Rule, type Subject, warning } from './rule.ts'

export interface PlacedBackend {
  readonly backend: Backend
  /** Where it is written: a backend, or a frontend with servers of its own. */
  readonly path: Path
}

export function allBackends({ inventory, raw }: Subject): readonly PlacedBackend[] {
  // The normaliser puts those that frontends make first.
  const made = Object.values(raw.haproxy.frontends).filter((frontend) => frontend.default_backend === undefined).length
  return inventory.haproxy.backends.map((backend, index) => ({
    backend,
    path: ['haproxy', index < made ? 'frontends' : 'backends', backend.name],
  }))
}

const frontendPath = (name: string) => ['haproxy', 'frontends', name]

export const noFrontends: Rule = ({ inventory }) =>
  inventory.haproxy.frontends.length > 0
    ? []
    : [error(['haproxy', 'frontends'], 'there is no frontend', 'name one with its servers')]

export const noServers: Rule = (subject) =>
  allBackends(subject)
    .filter(({ backend }) => backend.servers.length === 0)
    .map(({ path }) => {
      const [, kind] = path
      const mend = kind === 'frontends' ? 'add servers, or name a default_backend' : 'add servers'
      return error([...path, 'servers'], 'there are no servers to send connections to', mend)
    })

/** With a backend of its own elsewhere, what a frontend says about servers would go nowhere. */
export const frontendTwoBackends: Rule = ({ raw }) =>
  Object.entries(raw.haproxy.frontends).flatMap(([name, frontend]) => {
    const target = frontend.default_backend
    if (target === undefined) return []
    const keys = ['servers', 'balance', 'check', 'retries', 'default_server'] as const
    return keys
      .filter((key) => frontend[key] !== undefined)
      .map((key) =>
        error(
          [...frontendPath(name), key],
          `${key} means nothing beside default_backend`,
          `write it at haproxy.backends.${target}`,
        ),
      )
  })

export const backendUnknown: Rule = ({ inventory }) => {
  const names = inventory.haproxy.backends.map((backend) => backend.name)
  return inventory.haproxy.frontends
    .filter((frontend) => !names.includes(frontend.defaultBackend))
    .map(({ name, defaultBackend }) => {
      const near = suggest(defaultBackend, names)
      const mend = near === undefined ? 'add it to haproxy.backends' : `did you mean ${near}?`
      return error([...frontendPath(name), 'default_backend'], `there is no backend "${defaultBackend}"`, mend)
    })
}

export const backendTwice: Rule = (subject) => {
  const made = new Set(
    subject.inventory.haproxy.frontends
      .filter(({ name, defaultBackend }) => name === defaultBackend)
      .map(({ name }) => name),
  )
  return allBackends(subject)
    .filter(({ backend, path }) => path[1] === 'backends' && made.has(backend.name))
    .filter(({ backend }) => subject.raw.haproxy.frontends[backend.name]?.default_backend === undefined)
    .map(({ backend, path }) =>
      error(
        path,
        `the frontend ${backend.name} makes a backend of this name already`,
        `write default_backend: ${backend.name} there, or choose another name`,
      ),
    )
}

export const backendUnused: Rule = (subject) => {
  const used = new Set(subject.inventory.haproxy.frontends.map((frontend) => frontend.defaultBackend))
  // Raw lines may choose backends in ways nobody here understands.
  if (JSON.stringify(subject.raw.haproxy).includes('use_backend')) return []
  return allBackends(subject)
    .filter(({ backend }) => !used.has(backend.name))
    .map(({ path }) =>
      warning(path, 'no frontend sends anything to this backend', 'name it as a default_backend, or remove it'),
    )
}

export const modeMismatch: Rule = ({ inventory: { haproxy } }) =>
  haproxy.frontends.flatMap((frontend) => {
    const backend = haproxy.backends.find((one) => one.name === frontend.defaultBackend)
    if (backend === undefined || backend.mode === frontend.mode) return []
    const message = `the frontend speaks ${frontend.mode}, and its backend ${backend.name} ${backend.mode}`
    return [error([...frontendPath(frontend.name), 'mode'], message, 'give both the same mode')]
  })

export const reservedName: Rule = ({ inventory: { ha, haproxy, keepalived } }) => {
  const reserved = ['ha-provision-health', ...(haproxy.stats === undefined ? [] : ['stats'])]
  const taken = [
    ...haproxy.frontends.filter(({ name }) => reserved.includes(name)).map(({ name }) => frontendPath(name)),
    ...(ha === 'keepalived' ? keepalived.scripts : [])
      .filter(({ name }) => name === 'check_haproxy')
      .map(({ name }) => ['keepalived', 'scripts', name]),
  ]
  return taken.map((path) =>
    error(path, `${path.at(-1) ?? ''} is a name that the tool uses itself`, 'choose another name'),
  )
}

/** Configuration manual of haproxy 3.2, 4.2 `balance`; log-hash and log-sticky are for mode log, which is not spoken here. */
const ALGORITHMS = /^(roundrobin|static-rr|leastconn|first|source|uri|url_param|random|rdp-cookie|hash|hdr)\b/

export const balanceUnknown: Rule = (subject) =>
  allBackends(subject)
    .filter(({ backend: { balance } }) => !ALGORITHMS.test(balance))
    .map(({ backend: { balance }, path }) =>
      error(
        [...path, 'balance'],
        `haproxy knows no way of balancing that is called ${balance}`,
        'write leastconn, roundrobin, static-rr, first, source, uri, url_param, hdr, random, hash or rdp-cookie',
      ),
    )
