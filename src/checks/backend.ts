import type { Finding } from './check.ts'
import type { Question, Reply } from './question.ts'

/** A server line of haproxy's statistics. */
interface ServerState {
  readonly backend: string
  readonly server: string
  readonly status: string
  readonly check: string
}

/** Reads haproxy's statistics in CSV (management guide, 9.1): a header `# pxname,svname,…`, then a line a proxy or server. */
export function parseStats(csv: string): readonly ServerState[] {
  const [header = '', ...lines] = csv.trim().split('\n')
  const names = header.replace(/^# /, '').split(',')
  const at = (name: string) => names.indexOf(name)
  return lines
    .map((line) => line.split(','))
    .filter((fields) => !['FRONTEND', 'BACKEND'].includes(fields[at('svname')] ?? 'FRONTEND'))
    .map((fields) => ({
      backend: fields[at('pxname')] ?? '',
      server: fields[at('svname')] ?? '',
      status: fields[at('status')] ?? '',
      check: fields[at('check_status')] ?? '',
    }))
}

/** Each member's haproxy answers on its own page, and says which servers it sees down. */
export function backendQuestion(host: string, healthPort: number): Question {
  const id = `haproxy[${host}]`
  return {
    id,
    request: { address: '127.0.0.1', port: healthPort, protocol: 'http', path: '/stats;csv' },
    judge: (reply, _from, requireServers) => judge(id, host, reply, requireServers),
  }
}

function judge(check: string, host: string, reply: Reply, requireServers: boolean): readonly Finding[] {
  if (reply.kind === 'not-asked')
    return [{ check, host, status: 'not-checked', message: `haproxy was not asked: ${reply.why}` }]
  if (reply.kind !== 'answered' || reply.status !== 200) {
    const what = reply.kind === 'answered' ? `answers ${reply.status}` : 'does not answer'
    return [
      {
        check,
        host,
        status: 'failed',
        message: `haproxy ${what} on its health page`,
        mend: `see whether it hangs: 'systemctl status haproxy' on ${host}`,
      },
    ]
  }
  if (!reply.body.startsWith('# pxname,')) {
    return [
      {
        check,
        host,
        status: 'failed',
        message: 'what answers on the health page is not haproxy with its statistics',
        mend: `see who listens on that port on ${host}`,
      },
    ]
  }
  // `* ` marks a check that is under way: what stands behind it is how the last one ended.
  const down = parseStats(reply.body).filter(
    ({ status, check: last }) => !/^(UP|no check)/.test(status) || /^(\* )?L[467](TOUT|CON|RSP|STS)$/.test(last),
  )
  if (down.length === 0) return [{ check, host, status: 'passed', message: 'haproxy answers and sees every server up' }]
  return down.map(({ backend, server, check: last }) => ({
    check: `server[${backend}/${server}]`,
    host,
    status: requireServers ? 'failed' : 'warning',
    message: `server ${server} of ${backend} is down as ${host} sees it (${last || 'no check yet'})`,
    mend: 'start it, or take it out of the inventory',
  }))
}
