import { quote } from '../../src/lib/shell.ts'
import type { Platform } from '../../src/platform/types.ts'
import { haproxyConfig, keepalivedConfig } from './host-files.ts'
import type { ProbeName } from './cases.ts'

/** A state that a host is brought to, after the one before, and what is asked of it there. */
export interface Stage {
  readonly name: string
  readonly init?: 'systemd' | 'openrc'
  /** A platform's name, where it is of that one only. */
  readonly platform?: string
  /** sh, as root. */
  prepare(platform: Platform): string
  readonly probes: readonly ProbeName[]
}

const REMOVE: Readonly<Record<string, string>> = {
  apt: 'apt-get -qq remove haproxy >/dev/null 2>&1 </dev/null',
  dnf: 'dnf -q -y remove haproxy >/dev/null 2>&1 </dev/null',
  yum: 'yum -q -y remove haproxy >/dev/null 2>&1 </dev/null',
  apk: 'apk del haproxy >/dev/null 2>&1 </dev/null',
}

/** keepalived is in a repository that a fresh Alpine does not use: enabled as its operators do. */
const ENABLE_REPOSITORY: Readonly<Record<string, string>> = {
  apk: "sed -i 's,^#\\(.*/community\\)$,\\1,' /etc/apk/repositories",
}

const write = (path: string, content: string) => `printf '%s' ${quote(content)} >${quote(path)}`

/** From bare to removed. Each stage leaves the host in a state that operators have. */
export const stages: readonly Stage[] = [
  {
    name: 'bare',
    prepare: () => `ln -s /etc/hostname /etc/ha-provision-link; echo wanted >/etc/ha-provision-mode
chmod 0600 /etc/ha-provision-mode; echo wanted >/etc/ha-provision-leftover; echo half >/etc/ha-provision-leftover.ha-provision-new
sysctl -q -w net.ipv4.ip_forward=1 2>/dev/null || echo 1 >/proc/sys/net/ipv4/ip_forward`,
    probes: [
      'facts',
      'package-haproxy',
      'package-keepalived',
      'package-unknown',
      'service-haproxy',
      'service-keepalived',
      'service-retired',
      'check-haproxy',
      'user-absent',
      'user-present',
      'sysctl-other',
      'sysctl-as-wanted',
      'sysctl-absent',
      'file-config',
      'file-link',
      'file-folder',
      'file-mode',
      'file-leftover',
      'loaded-haproxy',
      'listener',
      'vip',
    ],
  },
  {
    name: 'installed',
    prepare: ({ packages, init, haproxy, keepalived }) => `${ENABLE_REPOSITORY[packages.name] ?? ':'}
${init.hold([haproxy.unit, keepalived.unit])}
( ${packages.install(
      [
        { name: haproxy.package, version: undefined },
        { name: keepalived.package, version: undefined },
      ],
      { lockSeconds: 60, log: '/var/log/recorded.log' },
    )} )
status=$?
${init.release([haproxy.unit, keepalived.unit])}
[ "$status" = 0 ]`,
    probes: ['facts', 'package-haproxy', 'package-keepalived', 'package-pinned', 'file-config', 'loaded-haproxy'],
  },
  {
    name: 'running',
    prepare: ({ init, haproxy, keepalived }) => `peer=$(ip -4 -o addr show eth0 | awk '{ print $4; exit }')
peer=\${peer%.*}.10
${write(haproxy.config, haproxyConfig())}
${write(keepalived.config, keepalivedConfig())}
sed -i "s/PEER/$peer/" ${quote(keepalived.config)}
${init.enable(haproxy.unit)}; ${init.enable(keepalived.unit)}
sleep 3; { ${init.stop(haproxy.unit)}; ${init.start(haproxy.unit)}; } >/dev/null 2>&1
{ ${init.stop(keepalived.unit)}; ${init.start(keepalived.unit)}; } >/dev/null 2>&1
sleep 6`,
    probes: [
      'service-haproxy',
      'service-keepalived',
      'service-retired',
      'check-haproxy',
      'check-keepalived',
      'file-config',
      'loaded-haproxy',
      'listener',
      'vip',
    ],
  },
  {
    name: 'edited',
    prepare: ({ haproxy }) => `sleep 2; echo '# edited' >>${quote(haproxy.config)}`,
    probes: ['file-config', 'loaded-haproxy'],
  },
  {
    name: 'disabled',
    prepare: ({ init, haproxy }) => init.disable(haproxy.unit),
    probes: ['service-haproxy', 'check-haproxy'],
  },
  {
    name: 'masked',
    init: 'systemd',
    prepare: ({ haproxy }) => `systemctl -q mask --runtime ${quote(haproxy.unit)}`,
    probes: ['service-haproxy', 'check-haproxy'],
  },
  {
    name: 'stale',
    init: 'systemd',
    prepare: ({ haproxy }) => `systemctl -q unmask --runtime ${quote(haproxy.unit)}
systemctl -q enable ${quote(haproxy.unit)}
mkdir -p /etc/systemd/system/${haproxy.unit}.service.d
printf '[Service]\\nRestartSec=1\\n' >/etc/systemd/system/${haproxy.unit}.service.d/recorded.conf`,
    probes: ['service-haproxy'],
  },
  {
    name: 'stopped',
    prepare: ({ init, haproxy }) => `${init.stop(haproxy.unit)} >/dev/null 2>&1; sleep 1`,
    probes: ['service-haproxy', 'check-haproxy', 'loaded-haproxy', 'listener'],
  },
  {
    name: 'killed',
    prepare: ({ keepalived }) => `kill -9 $(pidof keepalived); sleep 1; : ${quote(keepalived.unit)}`,
    probes: ['service-keepalived', 'service-retired', 'check-keepalived', 'vip'],
  },
  {
    name: 'removed',
    prepare: ({ packages }) => REMOVE[packages.name] ?? 'false',
    probes: ['package-haproxy', 'service-haproxy', 'check-haproxy', 'facts'],
  },
  {
    // What the packages leave that are installed by hand: a cluster of one that runs.
    name: 'stock-cluster',
    platform: 'debian',
    prepare: ({ packages, init }) => `( ${packages.install(
      ['corosync', 'pacemaker', 'pacemaker-cli-utils'].map((name) => ({ name, version: undefined })),
      { lockSeconds: 60, log: '/var/log/recorded.log' },
    )} ) && { ${init.start('corosync')}; ${init.start('pacemaker')}; } >/dev/null 2>&1
for second in 1 2 3 4 5 6 7 8 9 10 11 12; do [ -e /var/lib/pacemaker/cib/cib.xml ] && break; sleep 5; done`,
    probes: ['facts', 'cleared', 'service-pacemaker'],
  },
  {
    name: 'stopped-cluster',
    platform: 'debian',
    prepare: ({ init }) => `{ ${init.stop('pacemaker')}; ${init.stop('corosync')}; } >/dev/null 2>&1
rm -rf /var/lib/pacemaker/cib/*`,
    probes: ['cleared', 'service-pacemaker'],
  },
]
