import { quote } from '../../lib/shell.ts'
import type { Firewall, Opening } from './types.ts'

/**
 * firewalld, told and asked by its own command. An opening is added to what runs and to what is kept, each by itself:
 * a reload would drop what somebody added to the running rules only.
 */
export const firewalld: Firewall = {
  name: 'firewalld',
  // The services in a zone are names; which of them mean an opening is in their files (an operator's own before the shipped ones).
  probe: (openings) => `echo "default=$(sed -n 's/^DefaultZone= *//p' /etc/firewalld/firewalld.conf 2>/dev/null)"
echo '== runtime'; firewall-cmd --list-all-zones
echo '== permanent'; firewall-cmd --permanent --list-all-zones
echo '== services'
grep -HE 'port="([0-9]+-[0-9]+${ports(openings)
    .map((port) => `|${port}`)
    .join('')})"|<protocol value="(vrrp|112)"' /usr/lib/firewalld/services/*.xml /etc/firewalld/services/*.xml
true`,
  open(opening, { scope, chain }) {
    const add = (what: string): string =>
      `firewall-cmd -q ${scope === 'permanent' ? '--permanent ' : ''}--zone=${quote(chain)} ${what}`
    if (opening.protocol !== 'vrrp') return add(`--add-port=${String(opening.port)}/${opening.protocol}`)
    // A host without the protocol's name in /etc/protocols knows its number.
    return `${add('--add-protocol=vrrp')} 2>/dev/null || ${add('--add-protocol=112')}`
  },
}

function ports(openings: readonly Opening[]): readonly number[] {
  return [...new Set(openings.flatMap(({ port }) => port ?? []))].sort((a, b) => a - b)
}
