import type { Role } from '../role.ts'

/** pacemaker, and the CIB that says what runs where. */
export const pacemakerRole: Role = () => ({ resources: [], checks: [] })
