import { quote } from '../lib/shell.ts'
import type { PackageManager, WantedPackage } from './types.ts'

/** Where a running apk holds its lock: apk-tools 2, and 3. */
const LOCKS = ['/lib/apk/db/lock', '/run/apk/db.lock']

/** Alpine's apk, versions 2 and 3. It never asks where there is no terminal, and never overwrites a file in /etc that an operator changed. */
export const apk: PackageManager = {
  name: 'apk',
  program: 'apk',

  // Reads the database of what is installed, and neither an index nor the lock.
  query: (name) =>
    `apk info -e -v ${quote(name)} 2>/dev/null | sed -n ${quote(`s/^${name.replaceAll('.', '\\.')}-\\([0-9].*\\)$/installed \\1/p`)} | grep . || echo absent`,

  refuses(version) {
    if (constraint(version) !== undefined) return undefined
    return version.includes('*')
      ? `apk knows no pattern ${version}: a star stands at the end, after a whole part of the version (2.8*)`
      : `apk's versions end in a release number: ${version}-r0, or ${version}* for any of them`
  },

  install(packages, { lockSeconds, log }) {
    const wanted = packages.map((one) => quote(dependency(one))).join(' ')
    const isLock = LOCKS.map((lock) => `$NF == "${lock}"`).join(' || ')
    // apk refreshes an index that is missing or hours old by itself.
    return `
apk_do() { apk --wait ${lockSeconds} "$@" >>${quote(log)} 2>&1 </dev/null; }
is_locked() { tail -n 4 ${quote(log)} | grep -q 'Unable to lock database'; }
holder() { ls -l /proc/[0-9]*/fd 2>/dev/null | awk '/^\\/proc/ { split($1, at, "/"); pid = at[3] } ${isLock} { print pid; exit }'; }
apk_do add ${wanted} || {
  # An old index names files that the mirror no longer has, or lacks the wanted version.
  ! is_locked && apk_do --update-cache add ${wanted}
} || {
  pid=''
  if is_locked; then pid=$(holder); fi
  [ -z "$pid" ] || echo "apk's database is locked by $(cat "/proc/$pid/comm") (process $pid): $(tr '\\0' ' ' <"/proc/$pid/cmdline")" >&2
  tail -n 90 ${quote(log)} | uniq | tail -n 6 >&2; exit 100
}
`
  },
}

function dependency({ name, version }: WantedPackage): string {
  return version === undefined ? name : `${name}${constraint(version) ?? `=${version}`}`
}

/** apk's words for a version: `3.0.11-r0` is exact, `2.8*` and `2.8.*` are what begins with these parts. Undefined: apk cannot say it. */
function constraint(version: string): string | undefined {
  if (/^\d[\w.]*-r\d+$/.test(version)) return `=${version}`
  const begin = /^(\d[\w.]*?)\.?\*$/.exec(version)?.[1]
  return begin === undefined ? undefined : `~${begin}`
}
