import { FIREWALL } from './firewall.ts'
import { NETWORKD } from './networkd.ts'

/** Programs whose presence decides how a thing is done on a host. */
const PROGRAMS = [
  'apt-get',
  'dnf',
  'yum',
  'apk',
  'systemctl',
  'rc-service',
  'firewall-cmd',
  'ufw',
  'nft',
  'iptables',
  'semanage',
  'setsebool',
  'restorecon',
]

const REPOSITORIES = `awk '
  function tell() { if (id != "") print file, id, enabled }
  { sub(/[ \\t\\r]+$/, "") }
  /^\\[/ { tell(); file = FILENAME; id = substr($0, 2, length($0) - 2); enabled = 1 }
  /^enabled[ \\t]*=/ { enabled = /=[ \\t]*(1|[Tt]rue|[Yy]es)$/ ? 1 : 0 }
  END { tell() }' /etc/yum.repos.d/*.repo 2>/dev/null; `

/** The one execution that tells what a host is: sections under a marker line, each read by a parser of its own. Changes nothing. */
export function factsScript(marker: string): string {
  const sections: Record<string, string> = {
    os: 'cat /etc/os-release /usr/lib/os-release 2>/dev/null',
    init: '[ -d /run/systemd/system ] && echo systemd || { [ -d /run/openrc ] && echo openrc || cat /proc/1/comm; }',
    programs: `for program in ${PROGRAMS.join(' ')}; do command -v "$program" >/dev/null && echo "$program"; done`,
    machine: 'uname -m; uname -n; id -un; id -u',
    links: 'ls /sys/class/net',
    addresses: 'ip -o addr show',
    haproxy: 'haproxy -v 2>/dev/null | head -n 1',
    build: "haproxy -vv 2>/dev/null | sed -n 's/^Feature list *: *//p'",
    keepalived: 'keepalived --version 2>&1 | head -n 1',
    corosync: 'corosync -v 2>/dev/null | head -n 1',
    pacemaker: 'pacemakerd --version 2>/dev/null | head -n 1',
    firewall: FIREWALL,
    selinux: 'cat /sys/fs/selinux/enforce 2>/dev/null || echo none',
    networkd: NETWORKD,
    space: 'for folder in /etc /var; do df -Pk "$folder" | awk \'NR == 2 { print $4 }\'; done',
    'keepalived.conf': 'cat /etc/keepalived/keepalived.conf 2>/dev/null',
    'haproxy.cfg': 'cat /etc/haproxy/haproxy.cfg 2>/dev/null',
    'corosync.conf': 'cat /etc/corosync/corosync.conf 2>/dev/null',
    authkey: 'base64 </etc/corosync/authkey 2>/dev/null',
    // Not our own: whether it is needed must not depend on its being there. Of yum and dnf a section a line: its file, its id, whether it is enabled.
    repositories:
      REPOSITORIES +
      "cat /etc/apk/repositories $(ls /etc/apk/repositories.d/*.list /lib/apk/repositories.d/*.list 2>/dev/null | grep -v '/ha-provision.list$') 2>/dev/null",
    members: 'cat /var/lib/ha-provision/members.json 2>/dev/null',
  }
  return Object.entries(sections)
    .map(([name, command]) => `echo '${marker} ${name}'\n${command}\n`)
    .join('')
}
