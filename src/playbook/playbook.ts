import { z } from 'zod'
import type { RoleName } from '../roles/index.ts'

const roleNames = z.enum([
  'packages',
  'firewall',
  'selinux',
  'haproxy',
  'keepalived',
  'corosync',
  'pacemaker',
  'retire',
] satisfies RoleName[])

/** A playbook file: which roles, in what order, how many hosts at a time. */
export const playbookSchema = z.strictObject({
  name: z.string().min(1),
  plays: z
    .array(
      z.strictObject({
        name: z.string().min(1),
        roles: z.array(roleNames).min(1),
        serial: z.enum(['all', 'live']),
      }),
    )
    .min(1),
})

export type Playbook = z.infer<typeof playbookSchema>
export type Play = Playbook['plays'][number]
