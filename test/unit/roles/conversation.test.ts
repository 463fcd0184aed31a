import { describe, expect, test } from 'vitest'
import { conversation, conversationChanges, peers } from '../../../src/roles/keepalived/conversation.ts'

const BASE = `
! made by hand, years ago
global_defs {
  router_id lb1   # not said to anybody
}
vrrp_instance VI_1 {
    state MASTER
    interface eth0
    virtual_router_id 51
    priority 101
    advert_int 1
    unicast_src_ip 10.0.0.1
    unicast_peer {
        10.0.0.2
        10.0.0.3
    }
    authentication {
        auth_type PASS
        auth_pass "s3cr et!"
    }
    virtual_ipaddress {
        10.0.0.9/24 brd 10.0.0.255 dev eth0 label eth0:1
        10.0.0.8/24
    }
    virtual_ipaddress_excluded {
        fd00::9/64
    }
}
`
/** The same, as another hand would write it. */
const ONE_LINE = `
vrrp_instance "VI_1"
{
  virtual_router_id 51 unicast_peer { 10.0.0.3 }
}
`.replace(
  'virtual_router_id 51 unicast_peer { 10.0.0.3 }',
  `virtual_router_id 51
  unicast_peer { 10.0.0.3 10.0.0.2 }
  authentication { auth_type pass auth_pass "s3cr et!and more" } ! eight count
  virtual_ipaddress { 10.0.0.8 10.0.0.9 }`,
)

describe('conversation', () => {
  test('is the same for files that mean the same', () => {
    expect(conversation(ONE_LINE)).toEqual(conversation(BASE))
    expect(conversationChanges(BASE, ONE_LINE)).toEqual([])
  })

  test('is the same however an IPv6 address is written', () => {
    const six = (vip: string, peer: string) =>
      `vrrp_instance V {\nunicast_peer {\n${peer}\n}\nvirtual_ipaddress {\n${vip}/64 dev eth0\n}\n}`
    const [short, long] = [six('fd00::9', 'fd00::2'), six('FD00:0:0::0009', 'fd00:0::2')]
    expect(conversationChanges(long, short)).toEqual([])
    expect(peers(long)).toEqual(['fd00::2'])
  })

  test('does not hold the password', () => {
    expect(conversation(BASE).join()).not.toContain('s3cr')
    expect(conversation(BASE)).toHaveLength(6)
  })

  test('peers are those of every instance, once', () => {
    expect(peers(BASE + BASE.replace('VI_1', 'VI_2').replace('10.0.0.3', '10.0.0.4'))).toEqual([
      '10.0.0.2',
      '10.0.0.3',
      '10.0.0.4',
    ])
  })

  test.each<readonly [name: string, from: string, to: string, expected: readonly string[]]>([
    ['priority', 'priority 101', 'priority 90', []],
    ['state', 'state MASTER', 'state BACKUP', []],
    ['an excluded address', 'fd00::9/64', 'fd00::10/64', []],
    ['the prefix of a VIP', '10.0.0.8/24', '10.0.0.8/32', []],
    ['VRID', 'virtual_router_id 51', 'virtual_router_id 52', ['virtual_router_id']],
    ['interval', 'advert_int 1', 'advert_int 2', ['advert_int']],
    ['interval, written otherwise', 'advert_int 1', 'advert_int 1.0', []],
    ['version', 'virtual_router_id 51', 'virtual_router_id 51\nversion 3', ['VRRP version']],
    ['version of all', 'router_id lb1', 'vrrp_version 3', ['VRRP version']],
    ['password', 's3cr et!', 'other', ['VRRP authentication']],
    ['kind of authentication', 'auth_type PASS', 'auth_type AH', ['VRRP authentication']],
    ['no authentication', 'auth_pass "s3cr et!"', '', ['VRRP authentication']],
    ['a VIP more', '10.0.0.8/24', '10.0.0.8/24\n10.0.0.7/24', ['VIP list']],
    ['another VIP', '10.0.0.8/24', '10.0.0.7/24', ['VIP list']],
    ['multicast', '10.0.0.2\n        10.0.0.3', '', ['unicast/multicast']],
    ['a peer more', '10.0.0.3', '10.0.0.3\n10.0.0.4', []],
    ['a peer less', '10.0.0.3', '', []],
    ['a peer for another', '10.0.0.3', '10.0.0.4', ['unicast peers']],
    ['a new name', 'vrrp_instance VI_1', 'vrrp_instance VI_api', []],
    ['a new name and VRID', 'vrrp_instance VI_1', 'vrrp_instance X\n{\nvirtual_router_id 9\n}\nvrrp_instance VI_2', []],
  ])('%s', (_, from, to, expected) => {
    expect(BASE).toContain(from)
    expect(conversationChanges(BASE, BASE.replace(from, to))).toEqual(expected)
  })

  test('a renamed instance with another id is known by its VIP', () => {
    const after = BASE.replace('VI_1', 'VI_api').replace('virtual_router_id 51', 'virtual_router_id 60')
    expect(conversationChanges(BASE, after)).toEqual(['virtual_router_id'])
  })

  test('a file that is no file of keepalived says nothing', () => {
    expect(conversation('')).toEqual([])
    expect(conversation('}}}{{{ "')).toEqual([])
    expect(conversationChanges('', BASE)).toEqual([])
  })
})
