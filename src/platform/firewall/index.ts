import { firewalld } from './firewalld.ts'
import type { Firewall, FirewallName } from './types.ts'

/** Every firewall manager there is. */
const firewalls: Readonly<Partial<Record<FirewallName, Firewall>>> = { firewalld }

/** The snippets of a manager. */
export function firewallNamed(name: FirewallName): Firewall {
  const found = firewalls[name]
  if (found === undefined) throw new Error(`no snippets for ${name}`)
  return found
}
