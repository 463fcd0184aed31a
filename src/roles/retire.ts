import type { Role } from './role.ts'

/** What the other engine left on a host that was of this cluster: stopped, and not started at boot. */
export const retireRole: Role = () => ({ resources: [], checks: [] })
