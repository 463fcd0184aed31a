import { allBackends } from './backends.ts'
import { error, type Rule, warning } from './rule.ts'

const CHECK_OPTIONS = /^(httpchk|tcp-check|ssl-hello-chk|ldap-check|mysql-check|pgsql-check|redis-check|smtpchk)\b/

/** Two checks in one backend: the later line wins, and `option httpchk` asks a TLS port in clear text. */
export const checkInOptions: Rule = (subject) => {
  const { defaults } = subject.inventory.haproxy
  const places = [
    { options: defaults.options, path: ['haproxy', 'defaults', 'options'] },
    ...allBackends(subject).map(({ backend, path }) => ({ options: backend.options, path: [...path, 'options'] })),
  ]
  return places
    .filter(({ options }) => options.some((option) => CHECK_OPTIONS.test(option)))
    .map(({ path }) =>
      error(
        path,
        'how servers are checked is not said by an option here',
        'write check: readyz, http, tcp or tcp-check',
      ),
    )
}

export const tcpCheckWithoutRules: Rule = (subject) =>
  allBackends(subject)
    .filter(({ backend }) => backend.check.kind === 'tcp-check' && !/^\s*tcp-check\s/m.test(backend.extra))
    .map(({ path }) =>
      warning(
        [...path, 'check'],
        'tcp-check without rules only connects',
        'write check: readyz, or check: tcp if that is meant',
      ),
    )

/** The default check suits API servers. Anything else would be down for ever, so it has to be said once. */
export const readyzByDefault: Rule = (subject) =>
  allBackends(subject).flatMap(({ backend, path }) => {
    const [, part] = path
    const { frontends, backends } = subject.raw.haproxy
    const raw = part === 'frontends' ? frontends[backend.name] : backends?.[backend.name]
    const port = backend.servers.find((server) => server.port !== 6443 && server.port !== 0)?.port
    if (backend.check.kind !== 'readyz' || raw?.check !== undefined || port === undefined) return []
    const message = `servers are asked for /readyz over TLS, which only API servers answer, and one listens on ${port}`
    return [warning(path, message, 'write check: readyz if it is one, else check: tcp or http')]
  })
