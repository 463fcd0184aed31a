import { beforeAll, describe, expect, it } from 'vitest'
import { onHost } from '../../src/lab/hosts.ts'
import type { Lab } from '../../src/lab/state.ts'
import { verdict } from './support/breakage.ts'
import { cli, cliText, ofType, outcome } from './support/cli.ts'
import { anyLab, bareLab, holdersOf } from './support/cluster.ts'
import { crmState } from './support/crm-state.ts'
import { clusterInventory } from './support/pacemaker-cluster.ts'

const PAIR = ['lb1', 'lb2'] as const
const ENABLED = `dnf -q -C repolist --enabled | grep -c '^highavailability' || true`

describe('a bare Rocky pair with ha: pacemaker', () => {
  let lab: Lab
  let file: string
  beforeAll(async () => {
    lab = await bareLab(2, ['rocky-9'])
    file = await clusterInventory('pacemaker-dnf')
  })

  it('is planned: the repository that has the programs is enabled, which it is not yet', async () => {
    for (const host of PAIR) expect((await onHost(host, ENABLED)).trim()).toBe('0')
    const ran = await cli(['plan', file])
    expect(ran.code, ran.stdout + ran.stderr).toBe(2)
    for (const { resources } of ofType(ran.events, 'planned'))
      expect(resources).toContainEqual(
        expect.objectContaining({
          id: 'repository[highavailability]',
          changes: [{ property: 'state', before: 'disabled', after: 'enabled' }],
        }),
      )
    for (const host of PAIR) expect((await onHost(host, ENABLED)).trim()).toBe('0')
  })

  it('becomes a cluster with one holder, behind which haproxy answers', async () => {
    const ran = await cli(['up', file])
    expect(ran.code, ran.stdout + ran.stderr).toBe(0)
    expect(outcome(ran)).toMatchObject({ outcome: 'done', failed: 0 })
    for (const host of PAIR) {
      expect((await onHost(host, ENABLED)).trim()).toBe('1')
      const state = await crmState(host)
      expect(state).toMatchObject({ quorum: true, failures: [] })
      const haproxy = state.resources.filter(({ agent, role }) => agent === 'systemd:haproxy' && role === 'Started')
      expect(haproxy.flatMap(({ nodes }) => nodes).toSorted()).toEqual(PAIR)
    }
    expect(await holdersOf(lab.vip)).toHaveLength(1)
  })

  it('has nothing to do the second time, costs two executions a host, and is verified', async () => {
    const ran = await cli(['up', file])
    expect(ran.code, ran.stdout).toBe(0)
    expect(outcome(ran)).toMatchObject({ outcome: 'nothing to do', changed: 0, executions: 4 })
    expect(await verdict(file, [], 10)).toMatchObject({ code: 0 })
  })
})

describe('hosts that have no corosync 3 with systemd', () => {
  beforeAll(async () => {
    await anyLab(2, ['alpine-3.21', 'centos-7'])
  })

  it('are refused with the reason, and what can be done', async () => {
    const ran = await cliText(['plan', await clusterInventory('pacemaker-refused')])
    expect(ran.code, ran.stdout + ran.stderr).not.toBe(0)
    const said = ran.stdout + ran.stderr
    expect(said).toMatch(/lb1: error: Alpine has corosync and pacemaker in its testing branch only/)
    expect(said).toMatch(/lb2: error: RHEL 7 has corosync 2 and pacemaker 1\.1/)
    expect(said).toContain('write ha: keepalived in the inventory')
  })
})
