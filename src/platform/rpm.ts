import { quote } from '../lib/shell.ts'
import type { PackageManager } from './types.ts'

/** What differs between the front ends of rpm. */
interface Frontend {
  readonly program: 'dnf' | 'yum'
  /** Options of every call. */
  readonly options: readonly string[]
  /** Files in which the one that is at work keeps its process id. */
  readonly locks: string
}

/** What dnf 4, dnf 5, yum 3 and rpm say when somebody else is at work. */
const LOCKED = 'already locked by|holding the yum lock|transaction lock|rpm\\.lock'

/**
 * A package manager on top of rpm. A lock that is held to the deadline ends in exit status 100 and the name of its holder on stderr;
 * so does what is not there as wanted in the end, with the versions that there are, or the last lines of what was said. rpm keeps a
 * changed configuration file by itself (`.rpmnew`).
 */
export function rpmManager({ program, options, locks }: Frontend): PackageManager {
  return {
    name: program,
    program,
    query: (name) => query(quote(name)),
    install(packages, { lockSeconds, log }) {
      const into = quote(log)
      const call = [program, ...options].map((word) => quote(word)).join(' ')
      const each = packages.map(({ name, version = '' }) => `${quote(name)} ${quote(version)}`)
      const all = packages.map(({ name, version }) => quote(version === undefined ? name : `${name}-${version}`))
      return `
waited=0; : >>${into}; begin=$(($(wc -c <${into}) + 1))
${holder(locks)}
# What it prints goes to the log. Who waits for a lock inside ${program} waits for ever: it is asked to end, and asked again.
${program}_do() {
  while :; do
    who=$(holder)
    if [ -z "$who" ]; then
      from=$(($(wc -c <${into}) + 1))
      ${call} -y "$@" >>${into} 2>&1 </dev/null
      status=$?
      [ "$status" -ne 0 ] && tail -c "+$from" ${into} | grep -qE '${LOCKED}' || return "$status"
      who=$(holder)
    fi
    waited=$((waited + 1)); [ "$waited" -le ${lockSeconds} ] || {
      tail -c "+$begin" ${into} | uniq | tail -n 6 >&2
      echo "${program} is locked for more than ${lockSeconds} seconds by process \${who:-nobody that can be named}" >&2
      exit 100
    }
    sleep 1
  done
}
${there(call)}
# ${program}'s exit status is no proof: yum 3 skips a name that it does not know, and installs nothing that is older.
ensure() {
  ${program}_do install ${all.join(' ')}
${each.map((one, at) => `  there ${one}; [ $? -ne 2 ] || ${program}_do downgrade ${all[at] ?? ''}`).join('\n')}
  ${each.map((one) => `there ${one}`).join(' && ')}
}
ensure || {
  # An old index does not know the version, or names files that the repository no longer has.
  ${program}_do clean expire-cache
  ensure
} || {
  { ${each.map((one) => `explain ${one}`).join(' && ')}; } && tail -c "+$begin" ${into} | uniq | tail -n 6 >&2
  exit 100
}
`
    },
  }
}

/** The last line is the newest: an upgrade that was killed leaves two. */
function query(name: string): string {
  return `rpm -q --qf 'installed %|EPOCH?{%{EPOCH}:}:{}|%{VERSION}-%{RELEASE}\\n' ${name} 2>/dev/null | grep '^installed ' | tail -n 1 | grep . || echo absent`
}

/** `holder` prints the process that is at work, with its command. rpm and dnf 5 wait for ever for who has locked one of their files. */
function holder(locks: string): string {
  return `pid_of_holder() {
  for file in ${locks}; do
    pid=$(cat "$file" 2>/dev/null) && [ -n "$pid" ] && [ -d "/proc/$pid" ] && echo "$pid" && return
  done
  for file in /var/lib/rpm/.rpm.lock /usr/lib/sysimage/rpm/.rpm.lock /var/lib/dnf/system-repo.lock; do
    [ -e "$file" ] || continue
    set -- $(ls -i "$file")
    awk -v inode="$1" '$2 == "POSIX" && $4 == "WRITE" { split($6, at, ":"); if (at[3] == inode) print $5 }' /proc/locks
  done | head -n 1
}
holder() {
  pid=$(pid_of_holder)
  [ -z "$pid" ] || printf '%s (%s)' "$pid" "$(tr '\\0\\n' '  ' <"/proc/$pid/cmdline" 2>/dev/null | cut -c 1-120 | sed 's/ *$//')"
}`
}

/**
 * `there NAME PATTERN`: 0 as wanted, 1 absent, 2 in another version. A pattern may leave out the release, and the epoch. `explain` says
 * which versions there are when none fits, and succeeds when it has nothing to say.
 */
function there(call: string): string {
  return `fits() {
  case $2 in *:*) bare=$1 ;; *) bare=\${1#*:} ;; esac
  case $bare in $2|$2-*) ;; *) return 1 ;; esac
}
there() {
  has=$(${query('"$1"')})
  [ "$has" != absent ] || return 1
  [ -z "$2" ] || fits "\${has#installed }" "$2" || return 2
}
explain() {
  there "$1" "$2" && return
  known=$(${call} -q -C list --showduplicates "$1" 2>/dev/null | awk -v name="$1." 'index($1, name) == 1 { print $2 }' | sort -u)
  for version in $known; do [ -n "$2" ] && fits "$version" "$2" && return; done
  [ -n "$2" ] || [ -z "$known" ] || return 0
  echo "the repositories have no $1\${2:+ that matches $2}\${known:+; there are: $(echo $known)}" >&2
  return 1
}`
}
