import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parseClusterStatus } from '../../../src/checks/cluster-status.ts'
import { status } from './recorded.ts'

const parsed = (state: string) => parseClusterStatus(status(state))

describe('what crm_mon says', () => {
  test.each(['all-well', 'pacemaker-3'])('%s: nodes, DC, quorum, every instance of a clone', (state) => {
    const read = parsed(state)
    expect(read).toMatchObject({ quorate: true, maintenance: false, stopsAll: false, failures: [], fencing: [] })
    expect(['lb1', 'lb2']).toContain(read?.dc)
    expect(read?.nodes.map(({ name, id, online, standby }) => [name, id, online, standby])).toEqual([
      ['lb1', '1', true, false],
      ['lb2', '2', true, false],
    ])
    expect(read?.resources.map(({ id, agent, role, active }) => [id, agent, role, active])).toEqual([
      ['haproxy', 'systemd:haproxy', 'Started', true],
      ['haproxy', 'systemd:haproxy', 'Started', true],
      ['vip', 'ocf:heartbeat:IPaddr2', 'Started', true],
    ])
    expect(read?.resources.flatMap(({ nodes }) => nodes).sort()).toEqual(['lb1', 'lb1', 'lb2'])
  })

  test('maintenance', () => {
    expect(parsed('maintenance')).toMatchObject({ maintenance: true })
    expect(parsed('maintenance')?.resources.map(({ managed }) => managed)).toEqual([false, false, false])
  })

  test('standby', () => {
    expect(parsed('standby-lb1')?.nodes.map(({ standby }) => standby)).toEqual([true, false])
  })

  test('a failed action, with its resource, node, reason and time', () => {
    expect(parsed('haproxy-start-failed-lb1')?.failures).toEqual([
      { resource: 'hap', node: 'lb1', operation: 'start', reason: 'error: failed', when: '2026-11-21 20:30:28Z' },
    ])
    expect(parsed('haproxy-threshold-reached')?.failures).toMatchObject([
      { resource: 'haproxy', operation: 'monitor', reason: 'not running: inactive' },
    ])
    expect(parsed('blocked')?.failures).toMatchObject([{ resource: 'dum', operation: 'stop', reason: 'error' }])
  })

  test('what is blocked, and what was told to stop', () => {
    expect(parsed('blocked')?.resources.find(({ id }) => id === 'dum')).toMatchObject({
      ...{ blocked: true, failed: true, managed: false, targetRole: 'Stopped', nodes: ['lb1'] },
    })
    expect(parsed('vip-target-role-stopped')?.resources.find(({ id }) => id === 'vip')).toMatchObject({
      ...{ targetRole: 'Stopped', active: false, nodes: [] },
    })
  })

  test('no quorum', () => {
    expect(parsed('no-quorum-cold-start-alone')).toMatchObject({ quorate: false, dc: 'lb1' })
  })

  test.each(['start-0', 'start-6'])('%s: no DC yet', (state) => {
    expect(parsed(state)).toMatchObject({ dc: undefined, quorate: false })
  })

  test('the history of fencing', () => {
    const history =
      '<fence_history status="0"><fence_event action="reboot" target="lb2" status="failed"/><fence_event action="off" target="lb1" status="pending"/></fence_history>'
    expect(parseClusterStatus(status('all-well').replace('<status ', `${history}<status `))?.fencing).toEqual([
      { target: 'lb2', action: 'reboot', status: 'failed' },
      { target: 'lb1', action: 'off', status: 'pending' },
    ])
  })

  test.each([
    ['nothing', ''],
    ['no XML', 'crm_mon: command not found'],
    ['that it is not there', status('not-running')],
  ])('%s: no status', (_, output) => {
    expect(parseClusterStatus(output)).toBeUndefined()
  })

  test('every recording is read', () => {
    const names = readdirSync(join(import.meta.dirname, '../../golden/cluster-status'))
    expect(names.filter((name) => parsed(name.replace(/\.xml$/, '')) === undefined)).toEqual(['not-running.xml'])
  })
})
