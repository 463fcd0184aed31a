import { selinuxResource } from '../resources/selinux.ts'
import type { Role } from './role.ts'

/** What haproxy listens on and connects to, where SELinux is on, enforcing or not: it may be enforcing tomorrow. */
export const selinuxRole: Role = ({ inventory: { haproxy }, facts }) => {
  if (facts.selinux === 'disabled') return { resources: [], checks: [] }
  const listened = haproxy.frontends.flatMap(({ binds }) => binds.map(({ port }) => port))
  const stats = haproxy.stats === undefined ? [] : [haproxy.stats.bind.port]
  const asked = haproxy.backends.flatMap(({ servers }) => servers.map(({ port }) => port))
  const ports = [...new Set([...listened, ...stats, haproxy.healthPort, ...asked])].sort((a, b) => a - b)
  return { resources: [selinuxResource({ ports })], checks: [] }
}
