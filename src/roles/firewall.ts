import { firewallCheck } from '../checks/firewall.ts'
import { firewallResource } from '../resources/firewall.ts'
import { openingsOf } from './openings.ts'
import type { Role } from './role.ts'

/** What the cluster needs let through the host's own firewall, where one is active. */
export const firewallRole: Role = ({ inventory, host, facts }) => {
  const { firewall: manager } = facts
  if (inventory.firewall === 'ignore' || manager === 'none') return { resources: [], checks: [] }
  const all = openingsOf(inventory, host, facts)
  if (inventory.firewall === 'check')
    return { resources: [], checks: all.map((opening) => firewallCheck(manager, opening, all)) }
  return { resources: all.map((opening) => firewallResource({ manager, opening, all })), checks: [] }
}
