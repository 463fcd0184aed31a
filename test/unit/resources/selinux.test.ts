import { describe, expect, test } from 'vitest'
import { selinuxResource } from '../../../src/resources/selinux.ts'

/** Invented after the manual pages: no kernel with SELinux was at hand. */
const LABELS = `boolean=0 0
labels
SELinux Port Type              Proto    Port Number

commplex_main_port_t           tcp      5001
hi_reserved_port_t             tcp      512-1023
http_cache_port_t              tcp      8080, 8118, 8123, 10001-10010
http_port_t                    tcp      80, 81, 443, 488, 8008, 8009, 8443, 9000
postgresql_port_t              tcp      5432, 9898
unreserved_port_t              tcp      61000-65535, 1024-32767
unreserved_port_t              udp      61000-65535, 1024-32767
`

const compare = (output: string, ...ports: readonly number[]) => selinuxResource({ ports }).compare(output)

describe('ports of haproxy (invented outputs)', () => {
  test('are not asked for where the boolean is on, or the policy does not know haproxy', () => {
    expect(compare('boolean=1 1\n', 6443).actions).toEqual([])
    expect(compare('boolean=\n', 6443).actions).toEqual([])
  })

  test('that have a label that haproxy may use are left alone', () => {
    expect(compare(LABELS, 443, 9000, 8080, 10005).actions).toEqual([])
  })

  test('that have none get one', () => {
    expect(compare(LABELS, 443, 6443)).toEqual({
      changes: [{ property: 'tcp port 6443', before: 'no label', after: 'http_port_t' }],
      actions: [{ do: 'selinux-port', port: 6443, label: 'http_port_t' }],
    })
  })

  test('of another program keep its label: the boolean is set', () => {
    expect(compare(LABELS, 5432, 6443).actions).toEqual([{ do: 'selinux-boolean', name: 'haproxy_connect_any' }])
  })

  test('cannot be labelled without semanage: the boolean is set', () => {
    expect(compare('boolean=0 0\n', 6443)).toEqual({
      changes: [{ property: 'haproxy_connect_any', before: 'off', after: 'on' }],
      actions: [{ do: 'selinux-boolean', name: 'haproxy_connect_any' }],
    })
  })
})
