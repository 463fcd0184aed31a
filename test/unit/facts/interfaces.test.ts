import { describe, expect, test } from 'vitest'
import { parseAddresses, parseInterfaces } from '../../../src/facts/interfaces.ts'

/** Recorded: iproute2-6.1.0 in an empty network namespace. */
const RECORDED = `1: lo    inet 127.0.0.1/8 scope host lo\\       valid_lft forever preferred_lft forever
1: lo    inet6 ::1/128 scope host \\       valid_lft forever preferred_lft forever
`

/** Written by hand after iproute2's format: one line an address. */
const IPROUTE2 = `${RECORDED}2: eth0    inet 10.0.0.11/24 brd 10.0.0.255 scope global eth0\\       valid_lft forever preferred_lft forever
2: eth0    inet 10.0.0.100/32 scope global eth0:api\\       valid_lft forever preferred_lft forever
2: eth0    inet6 2001:db8::10/64 scope global tentative \\       valid_lft forever preferred_lft forever
2: eth0    inet6 fe80::42:acff:fe11:2/64 scope link \\       valid_lft forever preferred_lft forever
3: eth0.41    inet 192.168.4.20/27 scope global dynamic eth0.41\\       valid_lft 3582sec preferred_lft 3582sec
14: br-1a2b3c4d5e6f    inet 172.18.0.1/16 brd 172.18.255.255 scope global br-1a2b3c4d5e6f\\       valid_lft forever
15: tun0    inet 10.9.0.1 peer 10.9.0.2/32 scope global tun0\\       valid_lft forever preferred_lft forever
`

/** Written by hand after BusyBox's format: lines of links between those of addresses, VLANs with what they are on. */
const BUSYBOX = `1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue qlen 1000\\    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00
1: lo    inet 127.0.0.1/8 scope host lo\\       valid_lft forever preferred_lft forever
2: eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc pfifo_fast qlen 1000\\    link/ether 02:42:ac:11:00:02 brd ff:ff:ff:ff:ff:ff
2: eth0    inet 10.0.0.11/24 brd 10.0.0.255 scope global eth0\\       valid_lft forever preferred_lft forever
3: eth0.41@eth0: <BROADCAST,MULTICAST,UP,LOWER_UP,M-DOWN> mtu 1500 qdisc noqueue qlen 1000\\    link/ether 02:42:ac:11:00:02 brd ff:ff:ff:ff:ff:ff
3: eth0.41@eth0    inet 192.168.4.20/27 scope global eth0.41\\       valid_lft forever preferred_lft forever
3: eth0.41@eth0    inet6 fe80::42:acff:fe11:2/64 scope link flags 02 \\       valid_lft forever preferred_lft forever
`

describe('addresses', () => {
  test('recorded loopback', () => {
    expect([...parseAddresses(RECORDED)]).toEqual([
      [
        'lo',
        [
          { address: '127.0.0.1', prefix: 8, family: 4 },
          { address: '::1', prefix: 128, family: 6 },
        ],
      ],
    ])
  })

  test('iproute2: labels, VLANs, IPv6, dynamic ones and peers', () => {
    const found = parseAddresses(IPROUTE2)
    expect(found.get('eth0')).toEqual([
      { address: '10.0.0.11', prefix: 24, family: 4 },
      { address: '10.0.0.100', prefix: 32, family: 4 },
      { address: '2001:db8::10', prefix: 64, family: 6 },
      { address: 'fe80::42:acff:fe11:2', prefix: 64, family: 6 },
    ])
    expect(found.get('eth0.41')).toEqual([{ address: '192.168.4.20', prefix: 27, family: 4 }])
    expect(found.get('br-1a2b3c4d5e6f')).toEqual([{ address: '172.18.0.1', prefix: 16, family: 4 }])
    expect(found.get('tun0')).toEqual([{ address: '10.9.0.1', prefix: 32, family: 4 }])
  })

  test('BusyBox: lines of links are none of addresses, and a VLAN is known by its own name', () => {
    expect([...parseAddresses(BUSYBOX)]).toEqual([
      ['lo', [{ address: '127.0.0.1', prefix: 8, family: 4 }]],
      ['eth0', [{ address: '10.0.0.11', prefix: 24, family: 4 }]],
      [
        'eth0.41',
        [
          { address: '192.168.4.20', prefix: 27, family: 4 },
          { address: 'fe80::42:acff:fe11:2', prefix: 64, family: 6 },
        ],
      ],
    ])
  })

  test.each(['', 'ip: not found\n', 'firewall: ip protocol 112 drop\n'])('%j has none', (output) => {
    expect(parseAddresses(output).size).toBe(0)
  })
})

describe('interfaces', () => {
  test('those without an address are there too, in the order of the kernel', () => {
    const links = 'bonding_masters\nbond0\neth0\neth1\nlo\n'
    expect(parseInterfaces(links, IPROUTE2).map(({ name, addresses }) => [name, addresses.length])).toEqual([
      ['bond0', 0],
      ['eth0', 4],
      ['eth1', 0],
      ['lo', 2],
    ])
  })

  test('a host that tells none has none', () => {
    expect(parseInterfaces('', '')).toEqual([])
  })
})
