import { words } from '../lib/shell.ts'
import { apt } from './apt.ts'
import { systemd } from './systemd.ts'
import type { Platform } from './types.ts'

/** Debian and what is like it, with systemd. */
export const debian: Platform = {
  name: 'debian',
  ids: ['debian', 'ubuntu'],
  packages: apt,
  init: systemd,
  haproxy: {
    package: 'haproxy',
    usualVersion: '2.6.12',
    unit: 'haproxy',
    config: '/etc/haproxy/haproxy.cfg',
    chroot: '/var/lib/haproxy',
    socket: '/run/haproxy/admin.sock',
    user: 'haproxy',
    group: 'haproxy',
  },
  keepalived: {
    package: 'keepalived',
    usualVersion: '2.2.7',
    unit: 'keepalived',
    config: '/etc/keepalived/keepalived.conf',
    checkScript: '/usr/libexec/keepalived/check-haproxy',
    shell: 'bash',
  },
  createUser: (name) =>
    words('useradd', '--system', '--no-create-home', '--user-group', '--shell', '/usr/sbin/nologin', name),
}
