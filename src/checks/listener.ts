import type { Check, Finding } from './check.ts'

/**
 * Ports are listened on by haproxy and by nobody else. Read from /proc, since neither ss nor netstat is everywhere. A socket is
 * looked for among haproxy's own first, then among everybody's; where not even root may see whose it is (a container without
 * SYS_PTRACE), it is haproxy's as long as haproxy runs, since haproxy does not start without its ports.
 */
export function listenerCheck(ports: readonly number[]): Check {
  const check = 'listener'
  return {
    id: check,
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
    judge: (samples) =>
      samples.flatMap(({ host, output }): Finding[] => {
        const rows = output
          .trim()
          .split('\n')
          .map((line) => line.split(' '))
        const wrong = ports.flatMap((port): Finding[] => {
          const here = rows.filter(([at]) => at === String(port))
          const foreign = here.find(([, who]) => who === 'foreign')
          if (foreign !== undefined) {
            const [, , name = 'unknown', pid = '?'] = foreign
            return [
              {
                check: `listener[${port}]`,
                host,
                status: 'failed',
                message: `port ${port} is held by ${name} (process ${pid}), not by haproxy`,
                mend: `stop ${name} there, or give the frontend another port`,
              },
            ]
          }
          if (here.length > 0) return []
          return [
            {
              check: `listener[${port}]`,
              host,
              status: 'failed',
              message: `nothing listens on port ${port}`,
              mend: `see 'journalctl -u haproxy' on ${host}`,
            },
          ]
        })
        return wrong.length > 0
          ? wrong
          : [{ check, host, status: 'passed', message: `haproxy listens on ${ports.join(', ')}` }]
      }),
  }
}
