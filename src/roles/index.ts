import { corosyncRole } from './corosync/index.ts'
import { firewallRole } from './firewall.ts'
import { haproxyRole } from './haproxy/index.ts'
import { keepalivedRole } from './keepalived/index.ts'
import { packagesRole } from './packages.ts'
import { pacemakerRole } from './pacemaker/index.ts'
import { retireRole } from './retire.ts'
import { selinuxRole } from './selinux.ts'

/** Every role there is, by the name a playbook calls it. */
export const roles = {
  packages: packagesRole,
  firewall: firewallRole,
  selinux: selinuxRole,
  haproxy: haproxyRole,
  keepalived: keepalivedRole,
  corosync: corosyncRole,
  pacemaker: pacemakerRole,
  retire: retireRole,
} as const

export type RoleName = keyof typeof roles
