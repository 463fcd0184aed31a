import { words } from '../lib/shell.ts'
import { dnf } from './dnf.ts'
import { highAvailability } from './high-availability.ts'
import { COROSYNC_DROP_IN, HAPROXY_DROP_IN, systemd } from './systemd.ts'
import type { Platform, Release } from './types.ts'

/** The rebuilds of one version of RHEL have its packages. */
const el = (version: string, ids: readonly string[], usual: Omit<Release, 'id' | 'version'>): Release[] =>
  ids.map((id) => ({ id, version, ...usual }))

const el8 = { keepalived: '2.1.5', corosync: '3.1.8', pacemaker: '2.1.7' }
const el9 = { keepalived: '2.2.8', corosync: '3.1.9', pacemaker: '2.1.10' }
const el10 = { keepalived: '2.2.8', corosync: '3.1.9', pacemaker: '3.0.0' }

const rebuilds = ['rhel', 'rocky', 'almalinux', 'ol']

/** RHEL and what is like it, from version 8 on: dnf, systemd. */
export const rhel: Platform = {
  name: 'rhel',
  releases: [
    ...el('8', [...rebuilds, 'centos'], { haproxy: '1.8.27', ...el8 }),
    // 9.6 went on to haproxy 2.8, as CentOS Stream had.
    ...el('9', rebuilds, { haproxy: '2.4.22', ...el9 }),
    ...el('9', ['centos'], { haproxy: '2.8.14', ...el9 }),
    ...el('10', [...rebuilds, 'centos'], { haproxy: '3.0.5', ...el10 }),
    { id: 'fedora', version: '40', haproxy: '2.9.4', keepalived: '2.2.8', corosync: '3.1.8', pacemaker: '2.1.8' },
    { id: 'fedora', version: '41', haproxy: '3.0.5', keepalived: '2.2.8', corosync: '3.1.9', pacemaker: '2.1.9' },
    { id: 'fedora', version: '42', haproxy: '3.0.5', keepalived: '2.2.8', corosync: '3.1.9', pacemaker: '3.0.0' },
    { id: 'fedora', version: '43', haproxy: '3.0.5', keepalived: '2.2.8', corosync: '3.1.9', pacemaker: '3.0.1' },
    // Neither corosync nor pacemaker.
    { id: 'amzn', version: '2023', haproxy: '2.8.3', keepalived: '2.2.8' },
  ],
  packages: dnf,
  // Fedora has all its packages in one. Where pacemaker is installed its repository is the operator's business.
  repository: ({ os, repositories, versions }, engine) =>
    engine === 'keepalived' || versions.pacemaker.installed || os.id === 'fedora'
      ? undefined
      : highAvailability(repositories),
  init: systemd,
  haproxy: {
    package: 'haproxy',
    unit: 'haproxy',
    config: '/etc/haproxy/haproxy.cfg',
    chroot: '/var/lib/haproxy',
    socket: '/var/lib/haproxy/stats',
    user: 'haproxy',
    group: 'haproxy',
    // The chroot has no /dev/log, and nobody listens on 127.0.0.1 port 514 until rsyslog is told to: what is printed is in the
    // journal. `short` is what the journal reads: it keeps each line's level.
    log: 'stdout format short local0',
    oldLog: '127.0.0.1 local2',
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
      others: ['pacemaker-cli', 'resource-agents'],
      fencing: 'fence-agents-all',
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
    words('useradd', '--system', '--no-create-home', '--user-group', '--shell', '/sbin/nologin', name),
}
