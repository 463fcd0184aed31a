import { error, type Rule, warning } from './rule.ts'

const path = ['haproxy', 'stats']

export const statsOpen: Rule = ({ inventory: { haproxy } }) => {
  const { stats } = haproxy
  if (stats === undefined || stats.user !== undefined) return []
  const mend = 'add user: admin, and a password if it should not be generated'
  return stats.admin
    ? [error([...path, 'admin'], 'whoever reaches the page may disable servers', mend)]
    : [warning(path, 'whoever reaches the statistics page may read it', mend)]
}

/** On a Kubernetes node, kube-proxy may give this port to a service at any time. */
export const statsNodePort: Rule = ({ inventory: { haproxy } }) => {
  const port = haproxy.stats?.bind.port ?? 0
  if (port < 30_000 || port > 32_767) return []
  return [
    warning(
      [...path, 'bind'],
      `port ${port} is one of Kubernetes’ NodePorts (30000–32767)`,
      'choose another, say 9000',
    ),
  ]
}

/** A password that is typed into a page without TLS is soon known. */
export const statsAdminEverywhere: Rule = ({ inventory: { haproxy } }) => {
  const { stats } = haproxy
  if (stats === undefined || !stats.admin || stats.user === undefined) return []
  if (stats.bind.at.kind !== 'any' && stats.bind.at.kind !== 'any4') return []
  const message = 'servers can be disabled from every network this host is in, with a password that travels in clear'
  return [warning([...path, 'admin'], message, 'leave admin out, or bind the page to address or 127.0.0.1')]
}
