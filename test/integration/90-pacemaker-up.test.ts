import { beforeAll, describe, expect, it } from 'vitest'
import { onHost } from '../../src/lab/hosts.ts'
import type { Lab } from '../../src/lab/state.ts'
import { until, verdict } from './support/breakage.ts'
import { cli, cliText, ofType, outcome } from './support/cli.ts'
import { bareLab, executionsInLog, fingerprint, holdersOf } from './support/cluster.ts'
import { crmState } from './support/crm-state.ts'
import { clusterInventory } from './support/pacemaker-cluster.ts'
import { whileWatchingQuorum } from './support/quorum-watch.ts'
import { whileAsking } from './support/watch.ts'

const PAIR = ['lb1', 'lb2'] as const

describe('a bare Debian pair with ha: pacemaker', () => {
  let lab: Lab
  let file: string
  beforeAll(async () => {
    lab = await bareLab()
    file = await clusterInventory('pacemaker')
  })

  it('is planned without being touched, and the plan shows the CIB', async () => {
    const before = await Promise.all(PAIR.map(fingerprint))
    const ran = await cliText(['plan', file])
    expect(ran.code, ran.stdout + ran.stderr).toBe(2)
    expect(ran.stdout).toContain('cib[lab]')
    expect(ran.stdout).toMatch(/^ *\+.*<primitive .*IPaddr2/m)
    expect(ran.stdout).toMatch(/^ *\+.*<clone /m)
    expect(await Promise.all(PAIR.map(fingerprint))).toEqual(before)
  })

  it('becomes a cluster with one holder, behind which haproxy answers', async () => {
    const ran = await cli(['up', file])
    expect(ran.code, ran.stdout + ran.stderr).toBe(0)
    expect(outcome(ran)).toMatchObject({ outcome: 'done', failed: 0 })
    expect(await holdersOf(lab.vip)).toHaveLength(1)
    expect(await onHost('lb2', `timeout 5 bash -c 'exec 3<>/dev/tcp/${lab.vip}/6443' && echo open`)).toContain('open')
  })

  it('is the same cluster on both members: quorum, both online, haproxy on both, nothing failed', async () => {
    for (const host of PAIR) {
      const state = await crmState(host)
      expect(state).toMatchObject({ quorum: true, failures: [] })
      expect(state.nodes.map(({ name, online }) => [name, online])).toEqual(PAIR.map((name) => [name, true]))
      const running = (agent: string) =>
        state.resources.filter((one) => one.agent === agent && one.role === 'Started').flatMap(({ nodes }) => nodes)
      expect(running('systemd:haproxy').toSorted()).toEqual(PAIR)
      expect(running('ocf:heartbeat:IPaddr2')).toEqual(await holdersOf(lab.vip))
      const units = 'for unit in corosync pacemaker haproxy; do systemctl is-enabled $unit; done'
      expect((await onHost(host, `${units} || true`)).trim().split('\n')).toEqual(['enabled', 'enabled', 'disabled'])
    }
  })

  it('has nothing to do the second time, costs two executions a host, and loses neither an answer nor quorum', async () => {
    const before = await Promise.all(PAIR.map(executionsInLog))
    const { result, quorum } = await whileWatchingQuorum(PAIR, () =>
      whileAsking(lab.vip, PAIR, () => cli(['up', file]), { patience: 5 }),
    )
    const { result: ran, seen } = result
    expect(ran.code, ran.stdout).toBe(0)
    expect(outcome(ran)).toMatchObject({ outcome: 'nothing to do', changed: 0, executions: 4 })
    expect(ofType(ran.events, 'host-done').map(({ executions }) => executions)).toEqual([2, 2])
    const after = await Promise.all(PAIR.map(executionsInLog))
    expect(after.map((count, index) => count - (before[index] ?? 0))).toEqual([2, 2])
    expect(seen).toMatchObject({ failed: 0, mostHolders: 1 })
    expect(seen.requests).toBeGreaterThan(0)
    for (const host of PAIR) {
      expect(quorum[host]).toMatchObject({ inquorate: 0, absent: 0 })
      expect(quorum[host]?.quorate).toBeGreaterThan(0)
    }
  })

  it('plans nothing when nothing differs, and is verified', async () => {
    const ran = await cli(['plan', file])
    expect(ran.code, ran.stdout).toBe(0)
    expect(outcome(ran).outcome).toBe('nothing to do')
    expect(await verdict(file, [], 10)).toMatchObject({ code: 0 })
  })

  it('keeps its key out of everything that is printed', async () => {
    const keys = await Promise.all(PAIR.map((host) => onHost(host, 'base64 -w0 /etc/corosync/authkey')))
    expect(new Set(keys).size).toBe(1)
    expect(keys[0]?.length).toBeGreaterThan(160)
    const ran = await cli(['up', file, '--verbose'])
    expect(ran.stdout + ran.stderr).not.toContain(keys[0])
    expect(await onHost('lb1', 'stat -c "%a %U" /etc/corosync/authkey')).toBe('400 root')
  })

  it('gives the VIP to the other member when its holder is stopped, and takes it back into the cluster', async () => {
    const [holder = 'lb1'] = await holdersOf(lab.vip)
    const other = holder === 'lb1' ? 'lb2' : 'lb1'
    await onHost(holder, 'systemctl stop pacemaker corosync', 120)
    await until(
      30,
      () => holdersOf(lab.vip),
      (held) => held.join() === other,
    )
    const ran = await cli(['up', file])
    expect(ran.code, ran.stdout).toBe(0)
    expect(await verdict(file, [], 10)).toMatchObject({ code: 0 })
    expect(await holdersOf(lab.vip)).toHaveLength(1)
  })
})
