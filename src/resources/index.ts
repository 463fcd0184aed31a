import { clearedKind } from './cleared.ts'
import { fileKind } from './file.ts'
import { firewallKind } from './firewall.ts'
import { loadedKind } from './loaded.ts'
import { overrideKind } from './override.ts'
import { packageKind } from './package.ts'
import { repositoryKind } from './repository.ts'
import { seededKind } from './seeded.ts'
import { selinuxKind } from './selinux.ts'
import { serviceKind } from './service.ts'
import { sysctlKind } from './sysctl.ts'
import { userKind } from './user.ts'

/** Every kind of resource there is, in the order in which a host is brought to its state. */
export const kinds = [
  repositoryKind,
  packageKind,
  firewallKind,
  selinuxKind,
  userKind,
  clearedKind,
  fileKind,
  sysctlKind,
  seededKind,
  overrideKind,
  serviceKind,
  loadedKind,
] as const
