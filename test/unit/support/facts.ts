import type { Facts } from '../../../src/facts/types.ts'

/** Of a host without the programs of `ha: pacemaker`. */
export const noCluster = {
  corosync: { version: '3.1.7', installed: false },
  pacemaker: { version: '2.1.5', installed: false },
}

/** A Debian load balancer with everything installed and room enough. */
export function factsOf(host: string, more: Partial<Facts> = {}): Facts {
  return {
    host,
    os: { id: 'debian', idLike: [], version: '12', name: 'Debian GNU/Linux 12 (bookworm)' },
    platform: 'debian',
    init: 'systemd',
    notes: [],
    programs: ['apt-get', 'systemctl'],
    architecture: 'x86_64',
    hostname: host,
    user: { name: 'root', uid: 0 },
    interfaces: [],
    versions: {
      haproxy: { version: '2.6.12', installed: true },
      keepalived: { version: '2.2.7', installed: true },
      ...noCluster,
    },
    firewall: 'none',
    selinux: 'disabled',
    networkd: [],
    haproxyBuild: ['+OPENSSL'],
    repositories: [],
    free: { etc: 1e9, var: 1e9 },
    configs: { keepalived: undefined, haproxy: undefined, corosync: undefined, authkey: undefined },
    members: undefined,
    ...more,
  }
}
