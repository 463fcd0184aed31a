import type { Bind, Inventory, LoadBalancer } from '../../inventory/model.ts'
import { HEALTH_PATH } from '../haproxy/health.ts'

/** What a host can ask with: bash opens /dev/tcp, BusyBox has wget and nc; neither needs anything installed. */
export type CheckShell = 'bash' | 'busybox'

interface Target {
  readonly host: string
  readonly port: number
}

/**
 * The script that keepalived runs every second or so: exit 0 while haproxy answers. A frozen haproxy still accepts, since the
 * kernel does that, so an answer is waited for, and given up before keepalived's own time-out would kill the script.
 */
export function checkScript(inventory: Inventory, lb: LoadBalancer, shell: CheckShell): string {
  const { check } = inventory.keepalived
  const port = check.kind === 'port' ? portTarget(inventory, lb) : undefined
  const health: Target = { host: '127.0.0.1', port: inventory.haproxy.healthPort }
  const lines = port === undefined ? ask(shell, health, check.timeout) : connect(shell, port, check.timeout)
  return [
    shell === 'bash' ? '#!/bin/bash' : '#!/bin/sh',
    `# Managed by ha-provision for the cluster ${inventory.cluster}: changes made here are overwritten.`,
    ...lines,
    '',
  ].join('\n')
}

/** No process is started: bash does it all by itself. */
function ask(shell: CheckShell, { host, port }: Target, timeout: number): string[] {
  if (shell === 'busybox') {
    return [
      // Not `wget -T`: where BusyBox was built without it (Debian 12), it crashes.
      '# Does haproxy answer?',
      `exec timeout ${busyboxSeconds(timeout)} wget -q -O /dev/null http://${host}:${port}${HEALTH_PATH} 2>/dev/null`,
    ]
  }
  return [
    '# Does haproxy answer? A connection alone proves nothing: the kernel accepts for a frozen process.',
    `exec 3<>/dev/tcp/${host}/${port} || exit 1`,
    `printf 'GET ${HEALTH_PATH} HTTP/1.0\\r\\n\\r\\n' >&3 || exit 1`,
    `read -r -t ${patience(timeout)} version status reason <&3 || exit 1`,
    '[[ $status == 200 ]]',
  ]
}

function connect(shell: CheckShell, { host, port }: Target, timeout: number): string[] {
  return [
    '# Is the port open? The connection is closed at once.',
    shell === 'busybox'
      ? // Another program may be called nc, and know no `-e`. Not every BusyBox has `-z`; all run a program once they are connected.
        `exec busybox nc -w ${busyboxSeconds(timeout)} ${host} ${port} -e /bin/true`
      : `exec 3<>/dev/tcp/${host}/${port} || exit 1`,
  ]
}

/** Nine tenths of keepalived's time-out, in seconds. */
function patience(timeout: number): number {
  return Math.floor(timeout * 0.9) / 1000
}

/** BusyBox takes whole seconds; where that is as long as keepalived's own time-out, keepalived's kill does it. */
function busyboxSeconds(timeout: number): number {
  return Math.max(1, Math.floor(patience(timeout)))
}

/**
 * Where the port is open on this host. A VIP is not: a backup that connected to it would be asking the holder. Then, and
 * where nothing listens on the port, haproxy's health page is asked instead.
 */
function portTarget(inventory: Inventory, lb: LoadBalancer): Target | undefined {
  const binds = inventory.haproxy.frontends.flatMap((frontend) => frontend.binds)
  const bind = binds.find((one) => one.port === (inventory.keepalived.check.port ?? one.port) && one.at.kind !== 'vip')
  return bind === undefined ? undefined : { host: ownAddress(bind.at, lb), port: bind.port }
}

function ownAddress(at: Bind['at'], lb: LoadBalancer): string {
  switch (at.kind) {
    case 'any':
    case 'any4':
    case 'vip':
      return '127.0.0.1'
    case 'address':
      return lb.address
    case 'ip':
      return at.value
  }
}
