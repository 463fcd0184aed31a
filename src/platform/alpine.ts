import { words } from '../lib/shell.ts'
import { apk } from './apk.ts'
import { openrc } from './openrc.ts'
import type { Platform, RepositoryFile } from './types.ts'

/** Alpine Linux with OpenRC. */
export const alpine: Platform = {
  name: 'alpine',
  releases: [
    { id: 'alpine', version: '3.18', haproxy: '2.8.0', keepalived: '2.2.7' },
    { id: 'alpine', version: '3.19', haproxy: '2.8.3', keepalived: '2.2.8' },
    { id: 'alpine', version: '3.20', haproxy: '2.8.9', keepalived: '2.2.8' },
    { id: 'alpine', version: '3.21', haproxy: '3.0.6', keepalived: '2.3.2' },
    { id: 'alpine', version: '3.22', haproxy: '3.0.10', keepalived: '2.3.3' },
    { id: 'alpine', version: '3.23', haproxy: '3.2.9', keepalived: '2.3.4' },
  ],
  packages: apk,
  repository: ({ repositories }) => communityRepository(repositories),
  init: openrc,
  haproxy: {
    package: 'haproxy',
    unit: 'haproxy',
    config: '/etc/haproxy/haproxy.cfg',
    // BusyBox's syslogd listens on /dev/log alone: from within a chroot no line of the log would arrive anywhere.
    chroot: undefined,
    // Nobody makes a folder for it in /run; this one comes with the package.
    socket: '/var/lib/haproxy/admin.sock',
    user: 'haproxy',
    group: 'haproxy',
    log: '/dev/log local0',
    // Its service has no master process: a reload starts a new haproxy, which asks the old one to finish.
    provedBy: 'new-main',
  },
  keepalived: {
    package: 'keepalived',
    unit: 'keepalived',
    config: '/etc/keepalived/keepalived.conf',
    checkScript: '/usr/libexec/keepalived/check-haproxy',
    shell: 'busybox',
  },
  cluster: {
    refused:
      'Alpine has corosync and pacemaker in its testing branch only, and without systemd no haproxy unit that pacemaker could run',
  },
  createUser: (name) =>
    `${words('addgroup', '-S', name)} 2>/dev/null
${words('adduser', '-S', '-D', '-H', '-h', '/nonexistent', '-s', '/sbin/nologin', '-G', name, '-g', name, name)}`,
}

const PATH = '/etc/apk/repositories.d/ha-provision.list'

/**
 * keepalived is in `community`, which a fresh Alpine does not read: enabled beside the host's own `main`, on the same mirror, in a file
 * of ours (apk reads repositories.d since long before 3.18). Undefined where the host's own files enable it already.
 */
function communityRepository(lines: readonly string[]): RepositoryFile | undefined {
  // A repository with a tag is not read for a package without one. apk 3 may name several parts of one URL.
  const read = lines
    .map((line) => line.trim().replace(/^v[23]\s+/, ''))
    .filter((line) => !/^(#|@|$|set |ndx )/.test(line))
  const parts = read.map((line) => {
    const [url = '', ...components] = line.split(/\s+/)
    const at = /^(.*)\/([^/]+)\/?$/.exec(url)
    return components.length > 0 ? { base: url, names: components } : { base: at?.[1] ?? '', names: [at?.[2] ?? ''] }
  })
  if (parts.some(({ names }) => names.includes('community'))) return undefined
  const main = parts.find(({ names }) => names.includes('main'))
  if (main === undefined) return undefined
  const why = "# Managed by ha-provision: keepalived is in Alpine's community repository, which was not enabled."
  return { path: PATH, content: `${why}\n${main.base.replace(/\/$/, '')}/community\n` }
}
