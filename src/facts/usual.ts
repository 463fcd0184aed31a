import type { Platform } from '../platform/types.ts'
import type { Facts } from './types.ts'

/** What a bare host of a platform would say of itself: for showing configurations without contacting one. */
export function usualFacts(host: string, platform: Platform): Facts {
  return {
    host,
    os: { id: platform.ids[0] ?? '', idLike: [], version: '', name: platform.name },
    platform: platform.name,
    init: platform.init.name,
    architecture: '',
    hostname: host,
    user: { name: '', uid: 0 },
    interfaces: [],
    versions: {
      haproxy: { version: platform.haproxy.usualVersion, installed: false },
      keepalived: { version: platform.keepalived.usualVersion, installed: false },
    },
    firewall: 'none',
    free: { etc: 0, var: 0 },
    configs: { keepalived: undefined, haproxy: undefined },
    members: undefined,
  }
}
