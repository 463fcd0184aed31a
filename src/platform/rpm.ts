import { quote } from '../lib/shell.ts'
import type { PackageManager, WantedPackage } from './types.ts'

/** What differs between the front ends of rpm. */
interface Frontend {
  readonly program: 'dnf' | 'yum'
  /** Options of every call. */
  readonly options: readonly string[]
  /** Files in which the one that is at work keeps its process id. */
  readonly locks: string
}

/** rpm itself waits for ever, and silently, for who holds these. */
const RPM_LOCKS = '/var/lib/rpm/.rpm.lock /usr/lib/sysimage/rpm/.rpm.lock'

/** What dnf 4, dnf 5, yum 3 and rpm say when somebody else is at work. */
const LOCKED = 'already locked by|holding the yum lock|transaction lock|rpm\\.lock'

/**
 * A package manager on top of rpm. A lock that is held to the deadline ends in exit status 100 and the name of its holder on stderr;
 * so does what is not there as wanted in the end, with the last lines of what was said. rpm keeps a changed configuration file
 * by itself (`.rpmnew`).
 */
export function rpmManager({ program, options, locks }: Frontend): PackageManager {
  return {
    name: program,
    program,
    query,
    install(packages, { lockSeconds, log }) {
      const wanted = packages.map((one) => quote(argument(one))).join(' ')
      const into = quote(log)
      return `
waited=0; : >>${into}; begin=$(($(wc -c <${into}) + 1))
pid_of_holder() {
  for file in ${locks}; do
    pid=$(cat "$file" 2>/dev/null) && [ -n "$pid" ] && [ -d "/proc/$pid" ] && echo "$pid" && return
  done
  for file in ${RPM_LOCKS}; do
    [ -e "$file" ] || continue
    set -- $(ls -i "$file")
    awk -v inode="$1" '$2 == "POSIX" && $4 == "WRITE" { split($6, at, ":"); if (at[3] == inode) print $5 }' /proc/locks
  done | head -n 1
}
holder() {
  pid=$(pid_of_holder)
  [ -z "$pid" ] || printf '%s (%s)' "$pid" "$(tr '\\0\\n' '  ' <"/proc/$pid/cmdline" 2>/dev/null | cut -c 1-120 | sed 's/ *$//')"
}
said() { tail -c "+$begin" ${into} | uniq | tail -n 6 >&2; }
# What it prints goes to the log. Who waits for a lock inside ${program} waits for ever: it is asked to end, and asked again.
${program}_do() {
  while :; do
    who=$(holder)
    if [ -z "$who" ]; then
      from=$(($(wc -c <${into}) + 1))
      ${program} -y ${options.map((option) => quote(option)).join(' ')} "$@" >>${into} 2>&1 </dev/null
      status=$?
      [ "$status" -ne 0 ] && tail -c "+$from" ${into} | grep -qE '${LOCKED}' || return "$status"
      who=$(holder)
    fi
    waited=$((waited + 1)); [ "$waited" -le ${lockSeconds} ] || {
      said
      echo "${program} is locked for more than ${lockSeconds} seconds by process \${who:-nobody that can be named}" >&2
      exit 100
    }
    sleep 1
  done
}
# ${program}'s exit status is no proof: yum 3 skips a name that it does not know.
lacking() {
${packages.map((one) => judge(one, say('absent', one), say('other', one))).join('\n')}
}
ensure() {
  ${program}_do install ${wanted}
  # A pin may be below what is installed.
${packages
  .filter(({ version }) => version !== undefined)
  .map((one) => judge(one, ':', `${program}_do downgrade ${quote(argument(one))}`))
  .join('\n')}
  [ -z "$(lacking)" ]
}
ensure || {
  # An old index does not know the version, or names files that the repository no longer has.
  ${program}_do clean expire-cache
  ensure
} || {
  said
  lacking >&2
  exit 100
}
`
    },
  }
}

/** The last line is the newest: an upgrade that was killed leaves two. Epochs are left out, as dnf does where none is named. */
function query(name: string): string {
  return `rpm -q --qf 'installed %{VERSION}-%{RELEASE}\\n' ${quote(name)} 2>/dev/null | grep '^installed ' | tail -n 1 | grep . || echo absent`
}

function argument({ name, version }: WantedPackage): string {
  return version === undefined ? name : `${name}-${version}`
}

/** What to do where a package is absent, and where it is there in another version. */
function judge(one: WantedPackage, absent: string, other: string): string {
  const good = one.version === undefined ? "'installed '*" : patterns(one.version)
  return `  case $(${query(one.name)}) in ${good}) ;; absent) ${absent} ;; *) ${other} ;; esac`
}

function say(state: 'absent' | 'other', one: WantedPackage): string {
  const words = state === 'absent' ? 'is not installed' : 'is wanted, and another version is installed'
  return `echo ${quote(`${argument(one)} ${words}`)}`
}

/** A version with its release, or without: what `case` takes for the pattern that dnf takes. */
function patterns(version: string): string {
  const pattern = version
    .split('*')
    .map((part) => (part === '' ? '' : quote(part)))
    .join('*')
  return `'installed '${pattern}|'installed '${pattern}-*`
}
