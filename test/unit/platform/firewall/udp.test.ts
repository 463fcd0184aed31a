import { expect, test } from 'vitest'
import { firewallNamed } from '../../../../src/platform/firewall/index.ts'
import type { FirewallName, Gap } from '../../../../src/platform/firewall/types.ts'
import { udp } from '../../resources/firewall/openings.ts'

const gap: Gap = { scope: 'runtime', family: undefined, chain: 'inet filter input', before: undefined, file: undefined }

test.each<readonly [manager: FirewallName, gap: Gap, says: string]>([
  ['firewalld', { ...gap, chain: 'public' }, 'firewall-cmd -q --zone=public --add-port=5405/udp'],
  ['firewalld', { ...gap, chain: 'public', scope: 'permanent' }, '--permanent --zone=public --add-port=5405/udp'],
  ['ufw', { ...gap, chain: 'in' }, 'ufw allow 5405/udp '],
  ['nftables', gap, 'add rule inet filter input udp dport 5405 accept comment "ha-provision"'],
  ['iptables', { ...gap, family: 4, chain: 'INPUT' }, 'iptables -w -A INPUT -p udp --dport 5405 -m comment'],
])('%s lets udp through', (manager, at, says) => {
  expect(firewallNamed(manager).open(udp(5405), at)).toContain(says)
})
