import { quote } from '../lib/shell.ts'
import type { PackageManager } from './types.ts'

/** Debian's apt and dpkg. A held lock ends in exit status 100 and the name of its holder on stderr. */
export const apt: PackageManager = {
  name: 'apt',
  program: 'apt-get',

  query: (name) =>
    `dpkg-query -W -f '\${db:Status-Status} \${Version}\\n' ${quote(name)} 2>/dev/null | grep '^installed ' || echo absent`,

  install(packages, { lockSeconds, log }) {
    const wanted = packages
      .map(({ name, version }) => quote(version === undefined ? name : `${name}=${version}`))
      .join(' ')
    const names = packages.map(({ name }) => quote(name)).join(' ')
    // `--force-confold`: a configuration file that an operator changed stays. Lists have no lock time-out of their own (apt 2.6), so that is polled.
    return `
export DEBIAN_FRONTEND=noninteractive APT_LISTCHANGES_FRONTEND=none NEEDRESTART_MODE=l
apt_do() { apt-get -q -y -o DPkg::Lock::Timeout=${lockSeconds} -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold "$@" >>${quote(log)} 2>&1 </dev/null; }
refresh() {
  tries=0
  until apt_do update; do
    tail -n 5 ${quote(log)} | grep -q 'Could not get lock' || return 1
    tries=$((tries + 1)); [ "$tries" -lt ${lockSeconds} ] || return 1
    sleep 1
  done
}
[ -z "$(dpkg --audit 2>/dev/null; ls /var/lib/dpkg/updates 2>/dev/null)" ] || dpkg --force-confold --configure -a >>${quote(log)} 2>&1 </dev/null
known=true
for name in ${names}; do
  apt-cache policy "$name" 2>/dev/null | grep -q 'Candidate: [^(]' || known=false
done
refreshed=false
if [ "$known" = false ]; then refresh && refreshed=true; fi
apt_do --no-install-recommends install ${wanted} || {
  # An old index names files that the archive no longer has.
  if [ "$refreshed" = false ] && ! tail -n 5 ${quote(log)} | grep -q 'Could not get lock'; then refresh && apt_do --no-install-recommends install ${wanted}; else false; fi
} || { tail -n 90 ${quote(log)} | uniq | tail -n 6 >&2; exit 100; }
`
  },
}
