import { describe, expect, test } from 'vitest'
import { backendQuestion } from '../../../src/checks/backend.ts'
import type { Reply } from '../../../src/checks/question.ts'
import { parseStats } from '../../../src/checks/stats.ts'
import { verdicts } from './samples.ts'

/** The header as haproxy 1.8 and later print it (management guide, 9.1); the rows are written by hand after that guide. */
const HEADER =
  '# pxname,svname,qcur,qmax,scur,smax,slim,stot,bin,bout,dreq,dresp,ereq,econ,eresp,wretr,wredis,status,weight,act,bck,chkfail,chkdown,lastchg,downtime,qlimit,pid,iid,sid,throttle,lbtot,tracked,type,rate,rate_lim,rate_max,check_status,check_code,check_duration,hrsp_1xx,hrsp_2xx,hrsp_3xx,hrsp_4xx,hrsp_5xx,hrsp_other,hanafail,req_rate,req_rate_max,req_tot,cli_abrt,srv_abrt,comp_in,comp_out,comp_byp,comp_rsp,lastsess,last_chk,last_agt,qtime,ctime,rtime,ttime,agent_status,agent_code,agent_duration,check_desc,agent_desc,check_rise,check_fall,check_health,agent_rise,agent_fall,agent_health,addr,cookie,mode,algo,conn_rate,conn_rate_max,conn_tot,intercepted,dcon,dses,'

const COLUMNS = HEADER.replace('# ', '').split(',')

function row(backend: string, server: string, status: string, check = ''): string {
  const values = new Map([
    ['pxname', backend],
    ['svname', server],
    ['status', status],
    ['check_status', check],
  ])
  return COLUMNS.map((name) => values.get(name) ?? '').join(',')
}

const PROXIES = [
  row('kube', 'FRONTEND', 'OPEN'),
  row('kube', 'BACKEND', 'DOWN'),
  row('ha-provision-health', 'FRONTEND', 'OPEN'),
]

function stats(...rows: readonly string[]): Reply {
  return { kind: 'answered', status: 200, body: `${[HEADER, ...PROXIES, ...rows].join('\n')}\n\n` }
}

const question = backendQuestion(8404)

/** What is found beside that haproxy answers. */
function judged(replies: Readonly<Record<string, Reply>>, requireServers = false) {
  const answers = Object.entries(replies).map(([from, reply]) => ({ from, reply }))
  return question
    .judge(answers, requireServers)
    .filter(({ message }) => message !== 'haproxy answers on its health page')
}

test('asks the loopback page for its table', () => {
  expect(question).toMatchObject({
    id: 'haproxy',
    request: { address: '127.0.0.1', port: 8404, protocol: 'http', path: '/stats;csv' },
  })
})

test('reads servers by the names of the columns, and no proxies', () => {
  const csv = [HEADER, ...PROXIES, row('kube', 'm1', 'UP', 'L7OK'), row('kube', 'm2', 'DOWN', 'L4CON')].join('\n')
  expect(parseStats(csv)).toEqual([
    { backend: 'kube', server: 'm1', status: 'UP', check: 'L7OK' },
    { backend: 'kube', server: 'm2', status: 'DOWN', check: 'L4CON' },
  ])
})

test('columns after the names are found in any order', () => {
  expect(parseStats('# pxname,svname,check_status,status\nkube,m1,L4OK,UP\n')).toEqual([
    { backend: 'kube', server: 'm1', status: 'UP', check: 'L4OK' },
  ])
})

describe('a server beside one that is up', () => {
  test.each<readonly [status: string, check: string, finding: 'passed' | 'not-checked' | 'warning']>([
    ['UP', 'L7OK', 'passed'],
    ['UP', 'L6OK', 'passed'],
    ['UP', '* L4OK', 'passed'],
    ['UP', 'INI', 'not-checked'],
    ['no check', '', 'passed'],
    ['UP 1/3', 'L4CON', 'warning'],
    ['UP 2/3', 'L7STS', 'warning'],
    ['UP 2/3', '* L4TOUT', 'warning'],
    ['UP', 'L7RSP', 'warning'],
    ['UP 1/3', 'SOCKERR', 'warning'],
    ['DOWN', 'L4CON', 'warning'],
    ['DOWN 1/2', 'L7OK', 'warning'],
    ['MAINT', '', 'warning'],
    ['MAINT (resolution)', '', 'warning'],
    ['DRAIN', 'L7OK', 'warning'],
    ['NOLB', 'L7OK', 'warning'],
  ])('%s after %s: %s', (status, check, finding) => {
    const found = judged({ lb1: stats(row('kube', 'm1', status, check), row('kube', 'm2', 'UP', 'L7OK')) })
    const of = finding === 'warning' ? 'server[kube/m1]' : 'servers[kube]'
    expect(verdicts(found)).toEqual([[of, undefined, finding]])
  })
})

describe('servers', () => {
  test('that nobody checks are not known', () => {
    const findings = judged({ lb1: stats(row('kube', 'm1', 'no check'), row('kube', 'm2', 'no check')) })
    expect(verdicts(findings)).toEqual([['servers[kube]', undefined, 'not-checked']])
    expect(findings[0]?.message).toBe('haproxy does not check the servers of kube: m1, m2')
  })

  test('that are down are a failure where servers are required, and every one is told', () => {
    const reply = stats(
      row('kube', 'm1', 'DOWN', 'L4TOUT'),
      row('kube', 'm2', 'UP', 'L7OK'),
      row('kube', 'm3', 'DOWN 1/2', 'L7STS'),
      row('web', 'w1', 'DOWN'),
    )
    const findings = judged({ lb1: reply }, true)
    expect(verdicts(findings)).toEqual([
      ['server[kube/m1]', undefined, 'failed'],
      ['server[kube/m3]', undefined, 'failed'],
      ['servers[web]', undefined, 'failed'],
    ])
    expect(findings.map(({ message }) => message)).toEqual([
      'server m1 of kube is down (L4TOUT)',
      'server m3 of kube is down (L7STS)',
      'no server of web is up: w1',
    ])
  })

  test('before their first check are worth waiting for, even where the others are down', () => {
    const findings = judged({ lb1: stats(row('kube', 'm1', 'UP', 'INI'), row('kube', 'm2', 'DOWN', 'L4CON')) })
    expect(findings).toMatchObject([
      { check: 'server[kube/m2]', status: 'warning' },
      { check: 'servers[kube]', status: 'not-checked', soon: true },
    ])
  })

  test('are told as one member sees them, where the others see them otherwise', () => {
    const findings = judged({
      lb1: stats(row('kube', 'm1', 'DOWN', 'L4CON')),
      lb2: stats(row('kube', 'm1', 'UP 2/3', 'L4TOUT')),
      lb3: stats(row('kube', 'm1', 'UP', 'L7OK')),
    })
    expect(findings.map(({ message }) => message)).toEqual([
      'server m1 of kube is down as lb1 sees it (L4CON) and is failing its checks as lb2 sees it (L4TOUT), and still counts as up',
    ])
  })
})

describe('haproxy itself', () => {
  test.each<readonly [reply: Reply, status: string, says: string]>([
    [{ kind: 'refused', why: 'ECONNREFUSED' }, 'failed', 'does not answer on its health page'],
    [{ kind: 'silent' }, 'failed', 'does not answer'],
    [{ kind: 'closed' }, 'failed', 'does not answer'],
    [{ kind: 'accepted' }, 'failed', 'does not answer'],
    [{ kind: 'answered', status: 503, body: '' }, 'failed', 'answers 503'],
    [{ kind: 'answered', status: 200, body: '<html>a page of somebody else\n<p>' }, 'failed', 'statistics'],
    [{ kind: 'answered', status: 200, body: '' }, 'failed', 'statistics'],
    [{ kind: 'not-asked', why: 'no forwarding' }, 'not-checked', 'was not asked: no forwarding'],
  ])('%j is %s', (reply, status, says) => {
    const findings = judged({ lb1: reply })
    expect(findings).toMatchObject([{ check: 'haproxy[lb1]', host: 'lb1', status }])
    expect(findings[0]?.message).toContain(says)
  })

  test('that does not answer on one member does not hide what another one sees', () => {
    const up = stats(row('kube', 'm1', 'UP', 'L7OK'))
    expect(
      verdicts(
        question.judge(
          [
            { from: 'lb1', reply: { kind: 'silent' } },
            { from: 'lb2', reply: up },
          ],
          false,
        ),
      ),
    ).toEqual([
      ['haproxy[lb1]', 'lb1', 'failed'],
      ['haproxy[lb2]', 'lb2', 'passed'],
      ['servers[kube]', undefined, 'passed'],
    ])
  })
})
