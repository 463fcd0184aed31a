import type { Finding } from './check.ts'
import type { Answer, Question } from './question.ts'
import { judgeServers, type Sight } from './servers.ts'
import { parseStats } from './stats.ts'

/** Each member's haproxy answers on its own page, and says which servers it sees down. */
export function backendQuestion(healthPort: number): Question {
  return {
    id: 'haproxy',
    request: { address: '127.0.0.1', port: healthPort, protocol: 'http', path: '/stats;csv' },
    judge: (answers, requireServers) => {
      const read = answers.map(readStats)
      const sights = read.flatMap(({ sights: list }) => list)
      return [...read.flatMap(({ findings }) => findings), ...judgeServers(sights, requireServers)]
    },
  }
}

function readStats({ from: host, reply }: Answer): {
  readonly findings: readonly Finding[]
  readonly sights: readonly Sight[]
} {
  const finding = (rest: Omit<Finding, 'check' | 'host'>) => ({
    findings: [{ check: `haproxy[${host}]`, host, ...rest }],
    sights: [],
  })
  if (reply.kind === 'not-asked') {
    const mend = `what it sees of the servers is not known; 'AllowTcpForwarding local' in its sshd_config lets it be asked`
    return finding({ status: 'not-checked', message: `haproxy was not asked: ${reply.why}`, mend })
  }
  const servers = reply.kind === 'answered' && reply.status === 200 ? parseStats(reply.body) : undefined
  if (servers === undefined) {
    const what = reply.kind === 'answered' ? `answers ${reply.status} and no statistics` : 'does not answer'
    const mend = `see in its log on ${host} whether it hangs, and restart it if it does`
    const follows = reply.kind === 'refused' ? ({ follows: 'haproxy does not run' } as const) : {}
    return finding({ status: 'failed', message: `haproxy ${what} on its health page`, mend, ...follows })
  }
  const { findings } = finding({ status: 'passed', message: `haproxy answers on its health page` })
  return { findings, sights: servers.map((server) => ({ ...server, host })) }
}
