import type { Platform, Release } from '../platform/types.ts'
import type { Facts } from './types.ts'

/** What a bare host of a release would say of itself: for showing configurations without contacting one. */
export function usualFacts(host: string, platform: Platform, release: Release): Facts {
  return {
    host,
    os: { id: release.id, idLike: [], version: release.version, name: `${release.id} ${release.version}` },
    platform: platform.name,
    init: platform.init.name,
    notes: [],
    programs: [],
    architecture: '',
    hostname: host,
    user: { name: '', uid: 0 },
    interfaces: [],
    versions: {
      haproxy: { version: release.haproxy, installed: false },
      keepalived: { version: release.keepalived, installed: false },
      corosync: { version: release.corosync ?? '', installed: false },
      pacemaker: { version: release.pacemaker ?? '', installed: false },
    },
    firewall: 'none',
    selinux: 'disabled',
    networkd: [],
    haproxyBuild: [],
    repositories: [],
    free: { etc: 0, var: 0 },
    configs: { keepalived: undefined, haproxy: undefined, corosync: undefined, authkey: undefined },
    members: undefined,
  }
}
