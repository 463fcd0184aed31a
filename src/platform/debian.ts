import { words } from '../lib/shell.ts'
import { apt } from './apt.ts'
import { COROSYNC_DROP_IN, HAPROXY_DROP_IN, systemd } from './systemd.ts'
import type { Platform } from './types.ts'

/** Debian and what is like it, with systemd. */
export const debian: Platform = {
  name: 'debian',
  releases: [
    { id: 'debian', version: '11', haproxy: '2.2.9', keepalived: '2.1.5', corosync: '3.1.2', pacemaker: '2.0.5' },
    { id: 'debian', version: '12', haproxy: '2.6.12', keepalived: '2.2.7', corosync: '3.1.7', pacemaker: '2.1.5' },
    { id: 'debian', version: '13', haproxy: '3.0.11', keepalived: '2.3.3', corosync: '3.1.9', pacemaker: '3.0.0' },
    { id: 'ubuntu', version: '20.04', haproxy: '2.0.33', keepalived: '2.0.19', corosync: '3.0.3', pacemaker: '2.0.3' },
    { id: 'ubuntu', version: '22.04', haproxy: '2.4.24', keepalived: '2.2.4', corosync: '3.1.6', pacemaker: '2.1.2' },
    { id: 'ubuntu', version: '24.04', haproxy: '2.8.5', keepalived: '2.2.8', corosync: '3.1.7', pacemaker: '2.1.6' },
    { id: 'ubuntu', version: '26.04', haproxy: '3.2.9', keepalived: '2.3.4', corosync: '3.1.10', pacemaker: '3.0.1' },
  ],
  packages: apt,
  init: systemd,
  haproxy: {
    package: 'haproxy',
    unit: 'haproxy',
    config: '/etc/haproxy/haproxy.cfg',
    chroot: '/var/lib/haproxy',
    socket: '/run/haproxy/admin.sock',
    user: 'haproxy',
    group: 'haproxy',
    // Its unit, or rsyslog, brings the socket into the chroot.
    log: '/dev/log local0',
    provedBy: 'new-child',
  },
  keepalived: {
    package: 'keepalived',
    unit: 'keepalived',
    config: '/etc/keepalived/keepalived.conf',
    checkScript: '/usr/libexec/keepalived/check-haproxy',
    shell: 'bash',
  },
  cluster: {
    packages: {
      corosync: 'corosync',
      pacemaker: 'pacemaker',
      others: ['pacemaker-cli-utils'],
      fencing: 'fence-agents',
    },
    corosync: {
      unit: 'corosync',
      config: '/etc/corosync/corosync.conf',
      authkey: '/etc/corosync/authkey',
      dropIn: COROSYNC_DROP_IN,
    },
    pacemaker: { unit: 'pacemaker', cib: '/var/lib/pacemaker/cib' },
    haproxy: { dropIn: HAPROXY_DROP_IN },
  },
  createUser: (name) =>
    words('useradd', '--system', '--no-create-home', '--user-group', '--shell', '/usr/sbin/nologin', name),
}
