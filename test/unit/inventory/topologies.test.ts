import { describe, expect, test } from 'vitest'
import { parseInventory } from '../../../src/inventory/parse.ts'
import { environment } from './environment.ts'

/** Set-ups in the field, said in full: whatever they set can be set. What they got wrong is warned about. */
const ALPINE = `
cluster: k3s
load_balancers:
  proxy1: { address: 192.168.9.141, priority: 101, state: MASTER }
  proxy2: { address: 192.168.9.142, priority: 100 }
vips: { api: { address: 192.168.9.139, interface: eth0, virtual_router_id: 51, instance: VI_1 } }
keepalived:
  track_process: { process: haproxy, weight: 2 }
  check: { kind: none }
  mail: { to: [ops@example.org], from: lb@example.org, server: 192.168.9.25, connect_timeout: 30s }
haproxy:
  defaults: { timeouts: { client: 86400s, server: 86400s, tunnel: 86400s } }
  frontends:
    k8s-api:
      bind: ":::6443 v4v6"
      check: tcp-check
      default_server: { inter: 10s, downinter: 5s, rise: 2, fall: 2, slowstart: 60s, maxconn: 250, maxqueue: 256, weight: 100 }
      servers: { s1: "192.168.9.130:6443", s2: "192.168.9.131:6443", s3: "192.168.9.132:6443" }
`

const STACKED = `
cluster: masters
load_balancers:
  master1: { address: 192.168.217.19, priority: 100 }
  master2: { address: 192.168.217.20, priority: 99 }
  master3: { address: 192.168.217.21, priority: 98 }
vips: { api: { address: 192.168.217.100/32, interface: ens33, virtual_router_id: 50 } }
keepalived:
  mode: multicast
  router_id: address
  auth_pass: { env: VRRP_PASS }
  check: { port: 9443, interval: 3s, fall: 3, rise: 3, weight: -3 }
haproxy:
  global: { log: 127.0.0.1 local2, maxconn: 4000 }
  defaults: { mode: http, options: [httplog, dontlognull, http-server-close, "forwardfor except 127.0.0.0/8", redispatch], retries: 3, maxconn: 3000 }
  frontends:
    apiserver:
      bind: "*:9443"
      mode: tcp
      options: [tcplog]
      balance: roundrobin
      servers: { master1: "192.168.217.19:6443", master2: "192.168.217.20:6443", master3: "192.168.217.21:6443" }
  stats: { bind: "*:9188", uri: /haproxy-status, realm: HAProxy Statistics, user: admin, password: { env: VRRP_PASS }, refresh: 30s, admin: true }
`

const KUBESPHERE = `
cluster: kubesphere
load_balancers:
  loadbalance-left: { address: 10.220.62.32, priority: 101 }
  loadbalance-right: { address: 10.220.62.33, priority: 100 }
vips: { api: { address: 10.220.62.31/24, interface: ens192, virtual_router_id: 60 } }
keepalived: { skip_check_adv_addr: true, garp: { interval: 0s, gna_interval: 0s } }
haproxy:
  frontends:
    kube-apiserver:
      bind: "*:6443"
      servers: { m1: "10.220.62.21:6443", m2: "10.220.62.22:6443", m3: "10.220.62.23:6443" }
    ingress-nginx:
      bind: "*:30080"
      check: tcp
      servers: { m1: "10.220.62.21:30080", m2: "10.220.62.22:30080", m3: "10.220.62.23:30080" }
`

describe('topologies of the field', () => {
  test.each([
    { name: 'Alpine pair', text: ALPINE, warnings: ['slowstart-long', 'tcp-check-without-rules'] },
    { name: 'stacked on three masters', text: STACKED, warnings: [] },
    { name: 'KubeSphere pair', text: KUBESPHERE, warnings: [] },
  ])('$name', ({ text, warnings }) => {
    const { inventory, problems } = parseInventory(text, 'i.yaml', environment({ VRRP_PASS: 'k8s-vip1' }))
    expect(problems.map((problem) => problem.rule).toSorted()).toEqual(warnings)
    expect(inventory).toBeDefined()
  })

  test('mail and port checks arrive', () => {
    const alpine = parseInventory(ALPINE, 'i.yaml', environment()).inventory
    expect(alpine?.keepalived.mail).toMatchObject({ connectTimeout: 30_000, alert: true })
    expect(alpine?.haproxy.frontends[0]?.binds).toEqual([{ at: { kind: 'any' }, port: 6443, options: '' }])
  })
})
