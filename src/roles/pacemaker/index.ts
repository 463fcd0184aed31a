import { vipCheck } from '../../checks/vip.ts'
import { cibResource } from '../../resources/cib/kind.ts'
import type { Role } from '../role.ts'
import { renderCib } from './render.ts'

/** pacemaker's CIB, which says what runs where. */
export const pacemakerRole: Role = ({ inventory }) => ({
  resources: [cibResource(inventory.cluster, renderCib(inventory))],
  checks: [...inventory.vips.map(vipCheck)],
})
