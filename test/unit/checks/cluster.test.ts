import { describe, expect, test } from 'vitest'
import { withoutConsequences, type Finding, type Sample } from '../../../src/checks/check.ts'
import { clusterCheck } from '../../../src/checks/cluster.ts'
import { listenerCheck } from '../../../src/checks/listener.ts'
import { debian } from '../../../src/platform/debian.ts'
import { program, temporaryPath } from '../support/programs.ts'
import { runShell, shells } from '../support/shells.ts'
import { altered, recorded } from './recorded.ts'
import { samplesOf, saying } from './samples.ts'

const wanted = { members: ['lb1', 'lb2'], haproxy: 'everywhere', unit: 'haproxy', logCommand: 'journalctl' } as const
const check = clusterCheck(wanted)
const told = (samples: readonly Sample[], outOfSight: readonly string[] = [], one = check): readonly Finding[] =>
  withoutConsequences(one.judge(samples, outOfSight))
const brief = (findings: readonly Finding[]) => findings.map((one) => [one.check, one.host, one.status, one.message])

describe('a cluster', () => {
  test('that is well', () => {
    expect(brief(told(recorded('well')))).toEqual([
      ['cluster', undefined, 'passed', 'lb1 and lb2 are online with quorum, lb1 is the DC, and nothing has failed'],
    ])
  })

  test('with a node in standby: a warning, and not that haproxy does not run there', () => {
    expect(brief(told(recorded('standby')))).toEqual([
      ['node[lb2]', 'lb2', 'warning', 'lb2 is in standby: it runs nothing and would not take the VIP'],
    ])
  })

  test('with a node that a failure put into standby: a failure', () => {
    const samples = altered(recorded('well'), 'lb1', /(name="lb2" .*standby_onfail=)"false"/, '$1"true"')
    expect(told(samples)).toMatchObject([{ check: 'node[lb2]', status: 'failed' }])
  })

  test('left in maintenance: one failure', () => {
    expect(told(recorded('maintenance'))).toMatchObject([{ check: 'maintenance', host: undefined, status: 'failed' }])
  })

  test('with a node in maintenance: the node, and not that its resources are unmanaged', () => {
    const samples = altered(recorded('well'), 'lb1', /(<node name="lb2" .* maintenance=)"false"/, '$1"true"')
    const unmanaged = altered(
      samples,
      'lb1',
      /(<resource (?:(?!managed).)*managed=)"true"((?:(?!\/resource).|\n)*name="lb2")/,
      '$1"false"$2',
    )
    expect(told(unmanaged)).toMatchObject([{ check: 'node[lb2]', host: 'lb2', status: 'failed' }])
  })

  test('that was told to stop everything', () => {
    const samples = altered(recorded('well'), 'lb1', 'stop-all-resources="false"', 'stop-all-resources="true"')
    expect(told(samples)).toMatchObject([{ check: 'maintenance', message: saying('stop-all') }])
  })

  test('with an action that failed and is over: a failure until it is forgotten', () => {
    expect(told(recorded('killed-recovered'))).toMatchObject([
      {
        ...{ check: 'failed[haproxy]', host: 'lb2', status: 'failed' },
        message: saying(/^haproxy on lb2: its monitor failed \(not running: failed\) at .*; it runs there now$/),
        mend: saying('ha-provision up --cleanup'),
      },
    ])
  })

  test('with a haproxy that cannot be started: one finding, not that it does not run or listen too', () => {
    const listener = listenerCheck([6443], 'log').judge(samplesOf({ lb1: '6443 haproxy', lb2: '' }), [])
    const found = withoutConsequences([...check.judge(recorded('start-fails'), []), ...listener])
    expect(found.filter(({ status }) => status !== 'passed')).toMatchObject([
      { check: 'failed[haproxy]', message: saying(/its start failed .*; it does not run there$/) },
    ])
  })

  test('with a haproxy that does not run, for no reason that is told', () => {
    const samples = altered(recorded('start-fails'), 'lb1', /<failures>(.|\n)*<\/failures>/, '')
    expect(told(samples)).toMatchObject([
      { check: 'haproxy[lb2]', host: 'lb2', status: 'failed', message: saying('cannot take the VIP') },
    ])
  })

  test('without a cluster resource for haproxy', () => {
    const samples = altered(recorded('well'), 'lb1', /systemd:haproxy/g, 'systemd:other')
    expect(told(samples)).toMatchObject([{ check: 'haproxy', message: saying('no cluster resource') }])
  })

  test.each([
    ['blocked="false" managed', 'blocked="true" managed', 'is blocked'],
    ['failed="false" failure_ignored="false" nodes', 'failed="true" failure_ignored="false" nodes', 'has failed'],
    ['managed="true" failed', 'managed="false" failed', 'is unmanaged'],
  ])('with a cluster resource that is %s → %s', (from, to, words) => {
    expect(told(altered(recorded('well'), 'lb1', from, to))).toMatchObject([
      { check: 'cluster-resource[haproxy]', status: 'failed', message: saying(words) },
    ])
  })

  test('with a node that is not in the inventory', () => {
    const one = clusterCheck({ ...wanted, members: ['lb1'] })
    expect(told(recorded('well'), [], one)).toMatchObject([
      {
        check: 'node[lb2]',
        host: undefined,
        status: 'warning',
        message: saying('not in the inventory'),
      },
    ])
  })

  test('without a node that is in the inventory', () => {
    const one = clusterCheck({ ...wanted, members: ['lb1', 'lb2', 'lb3'] })
    expect(told(recorded('well'), [], one)).toMatchObject([
      { check: 'node[lb3]', status: 'failed', message: 'lb3 is no node of the cluster' },
    ])
  })

  test('with fencing that failed or is under way', () => {
    const event = (status: string) =>
      altered(
        recorded('well'),
        'lb1',
        '<status code="0"',
        `<fence_history><fence_event action="reboot" target="lb2" status="${status}"/></fence_history><status code="0"`,
      )
    expect(told(event('failed'))).toMatchObject([
      { check: 'fencing[lb2]', status: 'failed', message: saying('could not') },
    ])
    expect(told(event('pending'))).toMatchObject([{ check: 'fencing[lb2]', status: 'failed', soon: true }])
    expect(told(event('success'))).toMatchObject([{ status: 'passed' }])
  })
})

describe('members', () => {
  test('pacemaker stopped on one: that, and nothing that follows from it', () => {
    const found = told(recorded('pacemaker-stopped'))
    expect(brief(found)).toEqual([
      ['cluster', 'lb2', 'failed', 'pacemaker does not answer: lb2 takes no part in the cluster'],
    ])
    const service: Finding = {
      check: 'service[pacemaker]',
      host: 'lb2',
      status: 'failed',
      message: '',
      explains: 'pacemaker does not run',
    }
    expect(withoutConsequences([service, ...check.judge(recorded('pacemaker-stopped'), [])])).toEqual([service])
  })

  test('corosync stopped on one', () => {
    expect(told(recorded('corosync-stopped'))).toMatchObject([{ host: 'lb2', follows: 'corosync does not run' }])
  })

  test('stopped on all: each', () => {
    expect(told(recorded('both-stopped')).map(({ host }) => host)).toEqual(['lb1', 'lb2'])
  })

  test('out of sight and offline: a warning, since who cannot be reached is a failure of its own', () => {
    expect(told(recorded('pacemaker-stopped', ['lb1']), ['lb2'])).toMatchObject([
      { check: 'node[lb2]', host: 'lb2', status: 'warning', message: 'lb2 is offline, as the others see it' },
    ])
  })

  test('unclean, and joining', () => {
    const unclean = altered(recorded('well'), 'lb1', /(<node name="lb2" .*unclean=)"false"/, '$1"true"')
    expect(told(unclean)).toMatchObject([{ check: 'node[lb2]', status: 'failed', message: saying('unclean') }])
    const pending = altered(recorded('well'), 'lb1', /(<node name="lb2" .*pending=)"false"/, '$1"true"')
    expect(told(pending)).toMatchObject([{ check: 'node[lb2]', message: 'lb2 is joining the cluster', soon: true }])
  })

  test('no DC yet: nothing else is judged', () => {
    const none = ['lb1', 'lb2'].reduce(
      (samples, host) => altered(samples, host, /<current_dc .*\/>/, '<current_dc present="false"/>'),
      recorded('well'),
    )
    const listener = listenerCheck([6443], 'log').judge(samplesOf({ lb1: '', lb2: '' }), [])
    expect(withoutConsequences([...check.judge(none, []), ...listener])).toMatchObject([
      { check: 'cluster', status: 'failed', message: saying('no DC'), soon: true },
    ])
  })
})

describe('quorum', () => {
  test('one of two, started alone: which member it waits for, and the way out', () => {
    const found = told(recorded('alone-cold')).filter(({ check: id }) => id === 'quorum')
    expect(found).toMatchObject([{ host: undefined, status: 'failed', mend: saying('cancel_wait_for_all') }])
    expect(found[0]?.message).toMatch(
      /^lb1 has no quorum, so that nothing runs: lb2 was not seen since the start \(wait_for_all:/,
    )
    expect(told(recorded('alone-cold')).map((one) => one.check)).toEqual(['cluster', 'quorum'])
  })

  test('a minority: how many there are', () => {
    const three = clusterCheck({ ...wanted, members: ['lb1', 'lb2', 'lb3'] })
    const samples = altered(
      recorded('alone-cold', ['lb1']),
      'lb1',
      'wait_for_all_status (u8) = 1',
      'wait_for_all_status (u8) = 0',
    )
    const [found] = told(samples, ['lb2', 'lb3'], three)
    expect(found?.message).toBe('lb1 has no quorum: 1 of 3 members are there, so that nothing runs')
    expect(found?.mend).toContain('lb2 and lb3 cannot be reached')
  })

  test('a list made by hand without names is no split: pacemaker knows them', () => {
    const nameless = ['lb1', 'lb2'].reduce(
      (samples, host) => altered(samples, host, /^nodelist\.node\.\d+\.name .*\n/gm, ''),
      recorded('well'),
    )
    expect(told(nameless)).toMatchObject([{ check: 'cluster', status: 'passed' }])
  })

  test('a corosync that does not answer in time is no split', () => {
    const silent = altered(recorded('well'), 'lb2', /== corosync\n[\s\S]*?(?=== quorum)/, '== corosync\n')
    expect(told(silent).filter(({ check: id }) => id === 'quorum')).toEqual([])
  })

  test('each part with quorum: split, one finding, with who sees whom', () => {
    expect(brief(told(recorded('split')))).toEqual([
      [
        ...['quorum', undefined, 'failed'],
        'the cluster is split, so that each part may hold the VIP: lb1 sees itself alone (quorum); lb2 sees itself alone (quorum)',
      ],
    ])
  })

  test('a part without quorum: that haproxy does not listen there follows', () => {
    const samples = altered(recorded('split'), 'lb2', '== quorum\n1', '== quorum\n0')
    const listener = listenerCheck([6443], 'log').judge(samplesOf({ lb1: '', lb2: '' }), [])
    const found = withoutConsequences([...check.judge(samples, []), ...listener])
    expect(found.map((one) => [one.check, one.host])).toEqual([
      ['quorum', undefined],
      ['listener', 'lb1'],
    ])
    expect(found[0]?.message).toContain('lb2 sees itself alone (no quorum)')
    expect(found[0]?.message).not.toContain('may hold')
  })
})

describe('haproxy with the VIP', () => {
  const one = clusterCheck({ ...wanted, haproxy: 'with-vip' })

  test('on one member: the other waits, and that nothing listens there is told by nobody', () => {
    const listener = listenerCheck([6443], 'log').judge(samplesOf({ lb1: '6443 haproxy', lb2: '' }), [])
    const found = withoutConsequences([...one.judge(recorded('with-vip'), []), ...listener])
    expect(found.map(({ check: id, host, status }) => [id, host, status])).toEqual([
      ['haproxy[lb2]', 'lb2', 'passed'],
      ['cluster', undefined, 'passed'],
      ['listener', 'lb1', 'passed'],
    ])
  })

  test('is missed where it shall run everywhere', () => {
    expect(told(recorded('with-vip'))).toMatchObject([{ check: 'haproxy[lb2]', status: 'failed' }])
  })

  test('nowhere: a failure', () => {
    const samples = altered(
      recorded('with-vip'),
      'lb1',
      /(systemd:haproxy" role="Started" )active="true"/,
      '$1active="false"',
    )
    expect(told(samples, [], one)).toMatchObject([{ check: 'haproxy', status: 'failed', message: saying('nowhere') }])
  })
})

test.each(shells)('the probe says what there is where nothing is installed: %s', async (shell) => {
  const path = temporaryPath()
  program(path, 'ip', 'echo "2: eth0    inet 10.0.0.11/24 scope global eth0"')
  for (const name of ['corosync-cmapctl', 'crm_node', 'cibadmin', 'crm_mon', 'pidof']) program(path, name, 'exit 127')
  const { stdout, code } = await runShell(shell, check.probe(debian), path.environment)
  expect(code).toBe(0)
  expect(stdout).toContain('inet 10.0.0.11/24')
  expect(told(samplesOf({ lb1: stdout }))).toMatchObject([
    { host: 'lb1', status: 'failed', follows: 'corosync does not run' },
  ])
})
