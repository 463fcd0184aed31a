import { describe, expect, test } from 'vitest'
import type { Sample } from '../../../src/checks/check.ts'
import { clusterCheck } from '../../../src/checks/cluster.ts'
import { vipCheck } from '../../../src/checks/vip.ts'
import { debian } from '../../../src/platform/debian.ts'
import { altered, recorded } from './recorded.ts'

const check = vipCheck({ name: 'api', address: '10.213.30.100', family: 4 }, 'pacemaker')
const VIP = '4028: eth0    inet 10.213.30.100/24 scope global secondary eth0'
const why = (samples: readonly Sample[]) => check.judge(samples, [])[0]?.message.split(/: |; /).slice(1).join('; ')
/** A state in which nobody holds the address, whoever did. */
const gone = (state: string): readonly Sample[] =>
  recorded(state).map((one) => ({ ...one, output: one.output.replaceAll(/^.*inet 10\.213\.30\.100.*$/gm, '') }))

test('held by one', () => {
  expect(check.judge(recorded('well'), [])).toMatchObject([
    { host: 'lb1', status: 'passed', message: 'api 10.213.30.100 is held by lb1 alone' },
  ])
})

test('asks in the words of the cluster check, so that both are asked once', () => {
  const cluster = clusterCheck({ members: [], haproxy: 'everywhere', unit: 'haproxy', logCommand: '' })
  expect(check.probe(debian)).toBe(cluster.probe(debian))
})

describe('nowhere, because', () => {
  test.each([
    ['both-stopped', 'pacemaker runs nowhere'],
    ['alone-cold', 'no member has quorum'],
    ['target-role', 'its cluster resource vip-api was told to stop (target-role)'],
    ['well', 'pacemaker believes that lb1 holds it (vip-api), so that it was taken away by hand'],
    ['maintenance', 'pacemaker does not manage its cluster resource vip-api now'],
  ])('%s', (state, reason) => {
    expect(why(gone(state))).toBe(reason)
  })

  const stopped = altered(gone('target-role'), 'lb1', 'target_role="Stopped"', '')

  test('the CIB has none', () => {
    expect(why(altered(gone('target-role'), 'lb1', 'value="10.213.30.100"', 'value="10.0.0.1"'))).toBe(
      'the CIB has no cluster resource for it',
    )
  })

  test('it failed', () => {
    const failure =
      '<failures><failure op_key="vip-api_start_0" node="lb2" exitstatus="error" exitreason="no nic" task="start" interval="0"/></failures>'
    expect(why(altered(stopped, 'lb1', '<status code="0"', `${failure}<status code="0"`))).toBe(
      'its cluster resource vip-api failed on lb2 (start; error; no nic)',
    )
  })

  test('haproxy runs nowhere', () => {
    expect(why(altered(stopped, 'lb1', /(systemd:haproxy" role="Started" )active="true"/g, '$1active="false"'))).toBe(
      'haproxy runs nowhere, and it is only where haproxy runs',
    )
  })

  test('nobody knows', () => {
    expect(why(stopped)).toBe('pacemaker does not start vip-api anywhere')
  })

  test('no DC', () => {
    const samples = ['lb1', 'lb2'].reduce(
      (all, host) => altered(all, host, /<current_dc .*\/>/, '<current_dc present="false"/>'),
      gone('well'),
    )
    expect(why(samples)).toBe('no DC is elected yet')
  })
})

describe('on two, because', () => {
  test.each([
    ['by-hand', 'pacemaker started it on lb1 only, so that it was added by hand on lb2'],
    ['split', 'the cluster is split, and nobody fences; each part has started it'],
    ['stale', 'on lb2 pacemaker does not run, so that it was left behind or added by hand'],
  ])('%s', (state, reason) => {
    expect(why(recorded(state))).toBe(`lb1, lb2; ${reason}`)
  })

  test('keepalived runs too', () => {
    const both = altered(recorded('by-hand'), 'lb2', '== corosync', 'keepalived: runs\n== corosync')
    expect(why(both)).toBe('lb1, lb2; on lb2 keepalived runs too')
  })

  test('it is being moved, maybe', () => {
    const samples = altered(recorded('target-role'), 'lb1', '== corosync', `${VIP}\n== corosync`)
    expect(why(altered(samples, 'lb2', '== corosync', `${VIP}\n== corosync`))).toContain(
      'being moved or was added by hand',
    )
  })
})
