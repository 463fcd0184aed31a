import type { Role } from '../role.ts'

/** corosync with its configuration and key, started at boot: the membership and the quorum. */
export const corosyncRole: Role = () => ({ resources: [], checks: [] })
