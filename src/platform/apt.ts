import { quote } from '../lib/shell.ts'
import type { PackageManager } from './types.ts'

/** Debian's apt and dpkg. A held lock ends in exit status 100 and the name of its holder on stderr. */
export const apt: PackageManager = {
  name: 'apt',
  program: 'apt-get',

  query: (name) =>
    `dpkg-query -W -f '\${db:Status-Status} \${Version}\\n' ${quote(name)} 2>/dev/null | grep '^installed ' || echo absent`,

  install(packages, { lockSeconds, log }) {
    const each = packages.map(({ name, version = '' }) => `${quote(name)} ${quote(version)}`)
    const downgrade = packages.some(({ version }) => version !== undefined) ? ' --allow-downgrades' : ''
    // `--force-confold`: a configuration file that an operator changed stays. Lists have no lock time-out of their own (apt 2.6), so that is polled.
    return `
export DEBIAN_FRONTEND=noninteractive APT_LISTCHANGES_FRONTEND=none NEEDRESTART_MODE=l
apt_do() { apt-get -q -y -o DPkg::Lock::Timeout=${lockSeconds} -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold "$@" >>${quote(log)} 2>&1 </dev/null; }
is_locked() { tail -n 5 ${quote(log)} | grep -q 'Could not get lock'; }
refresh() {
  tries=0
  until apt_do update; do
    is_locked || return 1
    tries=$((tries + 1)); [ "$tries" -lt ${lockSeconds} ] || return 1
    sleep 1
  done
}
${PICK}
pick_all() { wanted=''; ${each.map((one) => `one=$(pick ${one}) && wanted="$wanted $one"`).join(' && ')}; }
add() { pick_all && apt_do --no-install-recommends --no-remove${downgrade} install $wanted; }
[ -z "$(dpkg --audit 2>/dev/null; ls /var/lib/dpkg/updates 2>/dev/null)" ] || dpkg --force-confold --configure -a >>${quote(log)} 2>&1 </dev/null
refreshed=false
pick_all || { refresh && refreshed=true; }
add || {
  # An old index names files that the archive no longer has.
  if [ "$refreshed" = false ] && ! is_locked; then refresh && add; else false; fi
} || {
  # Who holds a lock is told first: behind it an index that was never read lacks everything.
  { is_locked || { ${each.map((one) => `explain ${one}`).join(' && ')}; }; } && tail -n 90 ${quote(log)} | uniq | tail -n 6 >&2
  exit 100
}
`
  },
}

/**
 * `pick NAME PATTERN` prints what apt is asked for: the newest version that fits, where one is wanted. apt's own patterns do not see
 * past an epoch: `keepalived=2.2*` finds no 1:2.2.7. Sources are listed beside packages, and cannot be installed. `explain` says which
 * there are when none fits, and succeeds when one does.
 */
const PICK = `pick() {
  if [ -z "$2" ]; then apt-cache policy "$1" 2>/dev/null | grep -q 'Candidate: [^(]' && echo "$1"; return; fi
  for version in $(versions "$1"); do
    case $2 in *:*) bare=$version ;; *) bare=\${version#*:} ;; esac
    case $bare in $2|$2-*) echo "$1=$version"; return ;; esac
  done
  return 1
}
versions() { apt-cache madison "$1" 2>/dev/null | awk '$NF == "Packages" { print $3 }'; }
explain() {
  pick "$1" "$2" >/dev/null || {
    there=$(versions "$1" | tr '\\n' ' ')
    echo "the repositories have no $1\${2:+ that matches $2}\${there:+; there are: $there}" >&2; return 1
  }
}`
