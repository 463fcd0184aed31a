import { listed, type Check, type Finding } from './check.ts'

/**
 * Ports are listened on by haproxy and by nobody else. Read from /proc, since neither ss nor netstat is everywhere. A socket is
 * looked for among haproxy's own first, then among everybody's; where not even root may see whose it is (a container without
 * SYS_PTRACE), it is haproxy's as long as haproxy runs, since haproxy does not start without its ports.
 */
export function listenerCheck(ports: readonly number[], logCommand: string): Check {
  return {
    id: 'listener',
    scope: 'host',
    probe: () => `running=$(pidof haproxy 2>/dev/null); own=' '
for pid in $running; do own="$own$(ls -l "/proc/$pid/fd" 2>/dev/null | sed -n 's/.*socket:\\[\\([0-9]*\\)\\].*/\\1/p' | tr '\\n' ' ')"; done
for port in ${ports.join(' ')}; do
  for inode in $(cat /proc/net/tcp /proc/net/tcp6 2>/dev/null | awk -v port="$(printf ':%04X' "$port")" '$4 == "0A" && substr($2, length($2) - 4) == port { print $10 }'); do
    case "$own" in *" $inode "*) echo "$port haproxy"; continue ;; esac
    pid=$(ls -l /proc/[0-9]*/fd 2>/dev/null | awk -v socket="socket:[$inode]" '/^\\/proc/ { split($1, at, "/"); pid = at[3] } index($0, socket) { print pid; exit }')
    if [ -n "$pid" ]; then echo "$port foreign $(cat "/proc/$pid/comm") $pid"
    elif [ -n "$running" ]; then echo "$port haproxy"
    else echo "$port foreign somebody ?"; fi
  done
done`,
    obstacles: (samples) => samples.flatMap(({ host, output }) => foreignHolders(host, rowsOf(output))),
    judge: (samples) => samples.flatMap(({ host, output }) => judge(host, output, ports, logCommand)),
  }
}

/** A line a listening socket: port, whose it is, and of a foreign one the program and its process. */
function rowsOf(output: string): readonly (readonly string[])[] {
  return output
    .trim()
    .split('\n')
    .map((line) => line.split(' '))
}

function foreignHolders(host: string, rows: readonly (readonly string[])[]): readonly Finding[] {
  return rows.flatMap(([port = '', who, name = 'somebody', pid = '?']): readonly Finding[] => {
    if (who !== 'foreign') return []
    const message = `port ${port} is held by ${name} (process ${pid}), not by haproxy`
    const mend = `stop ${name} there, or give the frontend another port`
    return [{ check: `listener[${port}]`, host, status: 'failed', message, mend }]
  })
}

function judge(host: string, output: string, ports: readonly number[], logCommand: string): readonly Finding[] {
  const rows = rowsOf(output)
  const foreign = foreignHolders(host, rows)
  const silent = ports.filter((port) => !rows.some(([at]) => at === String(port)))
  if (foreign.length + silent.length === 0) {
    return [{ check: 'listener', host, status: 'passed', message: `haproxy listens on ${ports.join(', ')}` }]
  }
  if (silent.length === 0) return foreign
  return [
    ...foreign,
    {
      check: 'listener',
      host,
      status: 'failed',
      message: `nothing listens on port ${listed(silent.map(String))}`,
      mend: `see '${logCommand}' on ${host}`,
      follows: 'haproxy does not run',
    },
  ]
}
