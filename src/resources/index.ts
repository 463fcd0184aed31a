import { fileKind } from './file.ts'
import { firewallKind } from './firewall.ts'
import { loadedKind } from './loaded.ts'
import { packageKind } from './package.ts'
import { selinuxKind } from './selinux.ts'
import { serviceKind } from './service.ts'
import { sysctlKind } from './sysctl.ts'
import { userKind } from './user.ts'

/** Every kind of resource there is, in the order in which a host is brought to its state. */
export const kinds = [
  packageKind,
  firewallKind,
  selinuxKind,
  userKind,
  fileKind,
  sysctlKind,
  serviceKind,
  loadedKind,
] as const
