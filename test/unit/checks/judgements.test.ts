import { describe, expect, it } from 'vitest'
import { answerQuestion } from '../../../src/checks/answer.ts'
import { backendQuestion } from '../../../src/checks/backend.ts'
import { withoutConsequences, type Finding, type Sample } from '../../../src/checks/check.ts'
import { listenerCheck } from '../../../src/checks/listener.ts'
import type { Reply } from '../../../src/checks/question.ts'
import { serviceCheck } from '../../../src/checks/service.ts'
import { parseStats } from '../../../src/checks/stats.ts'
import { vipCheck } from '../../../src/checks/vip.ts'

const told = (findings: readonly Finding[]): readonly string[] =>
  findings.map(({ status, check, host, message }) => `${status} ${check} ${host ?? '-'}: ${message}`)

const sample = (host: string, output: string): Sample => ({ host, output, from: 0, to: 1 })

/** haproxy's statistics with these servers of a backend `api`: `api1 L7OK UP`; an underscore stands for a blank in the check. */
const stats = (...servers: readonly string[]): Reply => {
  const lines = servers.map((server) => {
    const [name = '', check = '', ...status] = server.split(' ')
    return `api,${name},${status.join(' ')},${check.replace('_', ' ')},`
  })
  return {
    kind: 'answered',
    status: 200,
    body: ['# pxname,svname,status,check_status,', 'api,FRONTEND,OPEN,,', ...lines, 'api,BACKEND,UP,,', ''].join('\n'),
  }
}

const judged = (replies: Readonly<Record<string, Reply>>, requireServers = false): readonly string[] =>
  told(
    backendQuestion(61999).judge(
      Object.entries(replies).map(([from, reply]) => ({ from, reply })),
      requireServers,
    ),
  ).filter((line) => !line.includes('answers on its health page'))

describe('servers, as the members see them', () => {
  const up = stats('api1 L7OK UP', 'api2 L7OK UP')

  it('are up', () => {
    expect(judged({ lb1: up, lb2: up })).toEqual(['passed servers[api] -: every server of api is up: api1, api2'])
  })

  it('are told once, whoever sees them down, and by whom where that differs', () => {
    const down = stats('api1 L7OK UP', 'api2 L4CON DOWN')
    expect(judged({ lb1: down, lb2: down })).toEqual(['warning server[api/api2] -: server api2 of api is down (L4CON)'])
    expect(judged({ lb1: up, lb2: down })).toEqual([
      'warning server[api/api2] -: server api2 of api is down as lb2 sees it (L4CON)',
    ])
  })

  it('are told while they fail, before they count as down, and when somebody took them out', () => {
    expect(judged({ lb1: stats('api1 *_L4TOUT UP 1/3', 'api2 L7OK MAINT', 'api3 L7OK UP') })).toEqual([
      'warning server[api/api1] -: server api1 of api is failing its checks (L4TOUT), and still counts as up',
      'warning server[api/api2] -: server api2 of api is in MAINT',
    ])
  })

  it('are told in one line when none is left, and that is a failure where servers are required', () => {
    const none = stats('api1 L4CON DOWN', 'api2 L4TOUT DOWN')
    const line = 'servers[api] -: no server of api is up: api1 (L4CON), api2 (L4TOUT)'
    expect(judged({ lb1: none, lb2: none })).toEqual([`warning ${line}`])
    expect(judged({ lb1: none }, true)).toEqual([`failed ${line}`])
  })

  it('are not known before their first check', () => {
    expect(judged({ lb1: stats('api1 INI UP', 'api2 L7OK UP') })).toEqual([
      'not-checked servers[api] -: haproxy on lb1 has not checked api1 of api yet',
    ])
  })

  it('are not known from something that is no statistics', () => {
    expect(parseStats('<html>')).toBeUndefined()
    expect(judged({ lb1: { kind: 'answered', status: 200, body: 'B3F\r\n# pxname' } })).toEqual([
      'failed haproxy[lb1] lb1: haproxy answers 200 and no statistics on its health page',
    ])
  })
})

describe('what follows from something else', () => {
  const stopped = 'load=loaded\nactive=inactive\nenabled=enabled\nstale=no\npid=0\n'
  const running = stopped.replace('inactive', 'active')
  const haproxy = serviceCheck('haproxy', 'journalctl -u haproxy', 'haproxy does not run')
  const listener = listenerCheck([6443, 61999], 'journalctl -u haproxy')
  const refused = backendQuestion(61999).judge([{ from: 'lb1', reply: { kind: 'refused', why: 'refused' } }], false)

  it('is not told beside its cause, and is without it', () => {
    const ports = listener.judge([sample('lb1', '')], [])
    const all = (state: string) =>
      told(withoutConsequences([...haproxy.judge([sample('lb1', state)], []), ...ports, ...refused]))
    expect(all(stopped)).toEqual(['failed service[haproxy] lb1: haproxy is not running'])
    expect(all(running)).toEqual([
      'passed service[haproxy] lb1: haproxy runs and is enabled',
      'failed listener lb1: nothing listens on port 6443 and 61999',
      'failed haproxy[lb1] lb1: haproxy does not answer on its health page',
    ])
  })

  it('is told for another host, and so is a second cause on the same one', () => {
    const ports = listener.judge([sample('lb1', '6443 foreign perl 7'), sample('lb2', '6443 haproxy')], [])
    expect(told(withoutConsequences([...haproxy.judge([sample('lb1', stopped)], []), ...ports]))).toEqual([
      'failed service[haproxy] lb1: haproxy is not running',
      'failed listener[6443] lb1: port 6443 is held by perl (process 7), not by haproxy',
      'failed listener lb2: nothing listens on port 61999',
    ])
  })

  it('is a closed connection, where no server is up', () => {
    const question = answerQuestion('api:6443', { address: '10.0.0.1', port: 6443, protocol: 'https', path: '/' })
    const closed = question.judge(
      ['lb2', 'the control machine'].map((from) => ({ from, reply: { kind: 'closed' } as const })),
      false,
    )
    expect(told(withoutConsequences(closed))).toEqual([
      'warning answer[api:6443] -: 10.0.0.1:6443: haproxy closed the connection of lb2 and the control machine, since it has no server that is up',
    ])
    const none = backendQuestion(1).judge([{ from: 'lb1', reply: stats('api1 L4CON DOWN') }], false)
    expect(told(withoutConsequences([...none, ...closed])).filter((line) => line.startsWith('warning'))).toEqual([
      'warning servers[api] -: no server of api is up: api1 (L4CON)',
    ])
  })
})

describe('a VIP', () => {
  const check = vipCheck({ name: 'api', address: '10.0.0.100', family: 4 })
  const holds = '2: eth0    inet 10.0.0.100/24 scope global secondary eth0\n'
  const runs = 'keepalived: runs\n'
  const verdict = (outputs: Readonly<Record<string, string>>, outOfSight: readonly string[] = []) =>
    told(
      check.judge(
        Object.entries(outputs).map(([host, output]) => sample(host, output)),
        outOfSight,
      ),
    )

  it('is on one member, as far as all of them were seen', () => {
    expect(verdict({ lb1: holds + runs, lb2: runs })).toEqual([
      'passed vip[api] lb1: api 10.0.0.100 is held by lb1 alone',
    ])
    expect(verdict({ lb1: holds + runs }, ['lb2'])).toEqual([
      'not-checked vip[api] lb1: 10.0.0.100 is on lb1; whether lb2 holds it too cannot be seen',
    ])
    expect(verdict({ lb1: runs }, ['lb2'])).toEqual([
      'not-checked vip[api] -: no member in sight holds 10.0.0.100; whether lb2 does cannot be seen',
    ])
  })

  it('is on two, for every reason that was seen', () => {
    expect(verdict({ lb1: `${holds}${runs}firewall: nft inet ops in: ip protocol vrrp drop`, lb2: holds })).toEqual([
      "failed vip[api] -: 2 members hold 10.0.0.100 at once: lb1, lb2; on lb2 no keepalived runs, so that it was left behind or added by hand; VRRP (IP protocol 112) is dropped by 'nft inet ops in: ip protocol vrrp drop' on lb1",
    ])
  })
})
