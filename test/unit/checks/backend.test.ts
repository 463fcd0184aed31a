import { describe, expect, test } from 'vitest'
import { backendQuestion, parseStats } from '../../../src/checks/backend.ts'
import type { Reply } from '../../../src/checks/question.ts'
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

const question = backendQuestion('lb1', 8404)

test('asks the loopback page for its table', () => {
  expect(question).toMatchObject({
    id: 'haproxy[lb1]',
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

test('columns in another order are found', () => {
  expect(parseStats('# svname,check_status,pxname,status\nm1,L4OK,kube,UP\n')).toEqual([
    { backend: 'kube', server: 'm1', status: 'UP', check: 'L4OK' },
  ])
})

describe('a server', () => {
  test.each<readonly [status: string, check: string, up: boolean]>([
    ['UP', 'L7OK', true],
    ['UP', 'L6OK', true],
    ['UP', '* L4OK', true],
    ['UP', 'INI', true],
    ['no check', '', true],
    ['UP 1/3', 'L4CON', false],
    ['UP 2/3', 'L7STS', false],
    ['UP 2/3', '* L4TOUT', false],
    ['UP', 'L7RSP', false],
    ['DOWN', 'L4CON', false],
    ['DOWN 1/2', 'L7OK', false],
    ['MAINT', '', false],
    ['MAINT (resolution)', '', false],
    ['DRAIN', 'L7OK', false],
    ['NOLB', 'L7OK', false],
  ])('%s after %s: %s', (status, check, up) => {
    const findings = question.judge(stats(row('kube', 'm1', status, check)), 'lb1', false)
    expect(verdicts(findings)).toEqual([up ? ['haproxy[lb1]', 'lb1', 'passed'] : ['server[kube/m1]', 'lb1', 'warning']])
  })

  test('that is down is a failure where servers are required, and every one is told', () => {
    const reply = stats(row('kube', 'm1', 'DOWN', 'L4TOUT'), row('kube', 'm2', 'UP', 'L7OK'), row('web', 'w1', 'DOWN'))
    const findings = question.judge(reply, 'lb1', true)
    expect(verdicts(findings)).toEqual([
      ['server[kube/m1]', 'lb1', 'failed'],
      ['server[web/w1]', 'lb1', 'failed'],
    ])
    expect(findings.map(({ message }) => message)).toEqual([
      'server m1 of kube is down as lb1 sees it (L4TOUT)',
      'server w1 of web is down as lb1 sees it (no check yet)',
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
    const findings = question.judge(reply, 'lb1', false)
    expect(findings).toMatchObject([{ check: 'haproxy[lb1]', host: 'lb1', status }])
    expect(findings[0]?.message).toContain(says)
  })
})
