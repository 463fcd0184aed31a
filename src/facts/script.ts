import { FIREWALL } from './firewall.ts'

/** The one execution that tells what a host is: sections under a marker line, each read by a parser of its own. Changes nothing. */
export function factsScript(marker: string): string {
  const sections: Record<string, string> = {
    os: 'cat /etc/os-release /usr/lib/os-release 2>/dev/null',
    init: '[ -d /run/systemd/system ] && echo systemd || { [ -d /run/openrc ] && echo openrc || cat /proc/1/comm; }',
    machine: 'uname -m; uname -n; id -un; id -u',
    links: 'ls /sys/class/net',
    addresses: 'ip -o addr show',
    haproxy: 'haproxy -v 2>/dev/null | head -n 1',
    keepalived: 'keepalived --version 2>&1 | head -n 1',
    firewall: FIREWALL,
    space: 'for folder in /etc /var; do df -Pk "$folder" | awk \'NR == 2 { print $4 }\'; done',
    'keepalived.conf': 'cat /etc/keepalived/keepalived.conf 2>/dev/null',
    'haproxy.cfg': 'cat /etc/haproxy/haproxy.cfg 2>/dev/null',
    members: 'cat /var/lib/ha-provision/members.json 2>/dev/null',
  }
  return Object.entries(sections)
    .map(([name, command]) => `echo '${marker} ${name}'\n${command}\n`)
    .join('')
}
