import { firewallRole } from './firewall.ts'
import { haproxyRole } from './haproxy/index.ts'
import { keepalivedRole } from './keepalived/index.ts'
import { packagesRole } from './packages.ts'
import { selinuxRole } from './selinux.ts'

/** Every role there is, by the name a playbook calls it. */
export const roles = {
  packages: packagesRole,
  firewall: firewallRole,
  selinux: selinuxRole,
  haproxy: haproxyRole,
  keepalived: keepalivedRole,
} as const

export type RoleName = keyof typeof roles
