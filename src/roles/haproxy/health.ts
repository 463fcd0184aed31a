import type { Text } from '../../lib/secret.ts'
import { section } from './lines.ts'

/** What keepalived's check asks. */
export const HEALTH_PATH = '/healthz'
/** What `verify` and `status` read, with `;csv` behind it. */
export const HEALTH_STATS_PATH = '/stats'
export const HEALTH_FRONTEND = 'ha-provision-health'

/**
 * haproxy's own health, on loopback only. It says nothing of the servers behind (no `monitor fail`): before
 * `kubeadm init` all of them are down, and a VIP that is nowhere would make init impossible (kubeadm#3280).
 */
export function renderHealth(port: number): Text {
  return section(`frontend ${HEALTH_FRONTEND}`, [
    `bind 127.0.0.1:${port}`,
    'mode http',
    // A monitor request is never logged, and the rest only when it fails; `no log` would make haproxy warn.
    'option dontlog-normal',
    'maxconn 64',
    'timeout client 5s',
    'timeout http-request 5s',
    'timeout http-keep-alive 1s',
    `monitor-uri ${HEALTH_PATH}`,
    'stats enable',
    `stats uri ${HEALTH_STATS_PATH}`,
  ])
}
