/** An address for documentation (RFC 5737): it is put on a recorded host's own interface, and nobody is asked for it. */
export const VIP = '198.51.100.100'

/** The smallest haproxy.cfg that starts on every platform and answers on 6443. */
export function haproxyConfig(): string {
  return `global
    user haproxy
    group haproxy

defaults
    mode http
    timeout connect 5s
    timeout client 30s
    timeout server 30s

frontend recorded
    bind *:6443
    monitor-uri /healthz
`
}

/** keepalived alone with a peer that says nothing (\`PEER\`, set by the shell): it becomes the holder. */
export function keepalivedConfig(): string {
  return `global_defs {
    router_id recorded
}

vrrp_instance VI_api {
    state BACKUP
    interface eth0
    virtual_router_id 77
    priority 254
    advert_int 1
    unicast_peer {
        PEER
    }
    virtual_ipaddress {
        ${VIP}/32
    }
}
`
}
