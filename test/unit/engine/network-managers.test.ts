import { expect, test } from 'vitest'
import { networkWarnings } from '../../../src/engine/network-managers.ts'
import { parseNetworkd } from '../../../src/facts/networkd.ts'
import { factsOf } from '../support/facts.ts'
import { inventoryOf } from '../support/inventory.ts'

const warnings = (output: string) =>
  networkWarnings(inventoryOf(), new Map([['lb1', factsOf('lb1', { networkd: parseNetworkd(output) })]]))

// Debian 12, systemd 252, in the lab: the facts script on a host whose eth0 has such a file.
test('an interface of systemd-networkd loses the VIP: a line a host says what prevents it', () => {
  const [line = '', ...more] = warnings('eth0 /etc/systemd/network/10-eth0.network \n')
  expect(more).toEqual([])
  expect(line).toContain('lb1: systemd-networkd manages eth0')
  expect(line).toContain("'KeepConfiguration=static' into /etc/systemd/network/10-eth0.network.d/ha-provision.conf")
})

test('one of netplan says so (invented)', () => {
  expect(warnings('eth0 /run/systemd/network/10-netplan-eth0.network')[0]).toContain('(by netplan)')
})

test('one that keeps addresses, and one that carries no VIP, are not worth a word', () => {
  expect(warnings('eth0 /etc/systemd/network/10-eth0.network static\n')).toEqual([])
  expect(warnings('eth0 /etc/systemd/network/10-eth0.network yes\n')).toEqual([])
  expect(warnings('eth1 /etc/systemd/network/10-eth1.network\n')).toEqual([])
  expect(warnings('eth0 /etc/systemd/network/10-eth0.network dhcp\n')).toHaveLength(1)
})
