import type { Facts } from '../facts/types.ts'
import type { Inventory } from '../inventory/model.ts'

/** What keeps systemd-networkd's hands off addresses that it did not set. */
const KEEPS = /^(static|yes|true|on|1)$/i

/** systemd-networkd removes addresses that it did not set when it restarts or configures a link again: the VIP is one. A line a host. */
export function networkWarnings({ vips }: Inventory, facts: ReadonlyMap<string, Facts>): readonly string[] {
  const carrying = new Set(vips.map((vip) => vip.interface))
  return [...facts.values()].flatMap(({ host, networkd }) => {
    const links = networkd.filter(({ interface: name, keeps }) => carrying.has(name) && !KEEPS.test(keeps))
    if (links.length === 0) return []
    const names = links.map(({ interface: name }) => name).join(', ')
    const files = links.map(({ file }) => `/etc/systemd/network/${file.split('/').at(-1) ?? ''}.d/ha-provision.conf`)
    // netplan writes its files anew at every boot; a drop-in in /etc goes for these too.
    const whose = links.some(({ file }) => /-netplan-/.test(file))
      ? 'systemd-networkd (by netplan)'
      : 'systemd-networkd'
    return [
      `${host}: ${whose} manages ${names} and removes addresses that it did not set, such as the VIP, when it restarts → write '[Network]' and 'KeepConfiguration=static' into ${files.join(', ')}, then run 'networkctl reload'`,
    ]
  })
}
