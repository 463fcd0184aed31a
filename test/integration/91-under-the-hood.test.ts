import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { labDown } from '../../src/lab/down.ts'
import { onHost, resetHosts } from '../../src/lab/hosts.ts'
import { paths } from '../../src/lab/paths.ts'
import type { Lab } from '../../src/lab/state.ts'
import { networksOf, topologyOf } from '../../src/lab/topologies.ts'
import { labUp } from '../../src/lab/up.ts'
import { until } from './support/breakage.ts'
import { cli, cliText, outcome } from './support/cli.ts'
import { holdersOf } from './support/cluster.ts'
import { crmState, isSettled } from './support/crm-state.ts'
import { makeByHand } from './support/hand-made.ts'
import { underTheHoodByHand } from './support/under-the-hood.ts'
import { whileAsking } from './support/watch.ts'

const topology = topologyOf('under-the-hood')
const hosts = topology.hosts.map(({ name }) => name)
const [first = '', second = ''] = hosts
const holders = () => holdersOf(topology.vip, hosts)

describe('topology under-the-hood', () => {
  let lab: Lab
  beforeAll(async () => {
    await labDown({}, () => undefined)
    lab = await labUp({ topology: 'under-the-hood', fresh: true }, () => undefined)
  })
  afterAll(async () => {
    await labDown({}, () => undefined)
  })

  it('has its own addresses, to which this machine has no way, and none where the VIP goes', async () => {
    expect(lab.hosts.map(({ address }) => address)).toEqual(['192.168.4.131', '192.168.4.132'])
    const { stdout } = await execa('ip', ['-4', 'route'])
    for (const network of networksOf(topology)) expect(stdout).not.toContain(network.replace(/\d+\/\d+$/, ''))
    expect(await onHost(first, 'ip -4 -o addr show dev enp0s3.41')).toBe('')
  })

  it('lets in a certificate and no key alone', async () => {
    const options = ['BatchMode=yes', 'IdentitiesOnly=yes', `UserKnownHostsFile=${paths.knownHosts}`]
    const way = ['-F', 'none', '-p', String(lab.port), '-i', join(paths.dir, 'id_ed25519')]
    const words = [...way, ...options.flatMap((option) => ['-o', option]), 'jump@127.0.0.1', 'true']
    const { exitCode, stderr } = await execa('ssh', words, { reject: false })
    expect([exitCode, stderr]).toEqual([255, expect.stringContaining('Permission denied (publickey)')])
    const ran = await cli(['ping', paths.inventory])
    expect(ran.code, ran.stdout + ran.stderr).toBe(0)
  })

  it('becomes what its inventory says, and nothing is left to do', async () => {
    const ran = await cli(['up', paths.inventory])
    expect(ran.code, ran.stdout + ran.stderr).toBe(0)
    expect(await holders()).toHaveLength(1)
    expect(await onHost((await holders())[0] ?? '', 'ip -4 -o addr show dev enp0s3.41')).toContain(
      'inet 192.168.4.20/27 brd 192.168.4.31',
    )
    const again = await cli(['up', paths.inventory])
    expect(again.code, again.stdout).toBe(0)
    expect(outcome(again)).toMatchObject({ outcome: 'nothing to do', executions: 2 * hosts.length })
  })

  it('passes the test that was published with it: the holder goes, the service stays, the holder comes back', async () => {
    const [holder = ''] = await holders()
    const { seen } = await whileAsking(topology.vip, hosts, async () => {
      await onHost(holder, 'systemctl stop pacemaker corosync', 120)
      await until(30, holders, (held) => held.join() === (holder === first ? second : first))
    })
    expect(seen.mostHolders).toBe(1)
    expect(seen.failed).toBeLessThan(seen.requests / 2)
    await onHost(holder, 'systemctl start corosync pacemaker')
    await until(
      120,
      () => Promise.all(hosts.map((host) => crmState(host).catch(() => undefined))),
      (states) => states.every((state) => isSettled(state, hosts.length)),
    )
    const verified = await cli(['verify', paths.inventory])
    expect(verified.code, verified.stdout).toBe(0)
  })
})

describe('a pair made by hand after the published text', () => {
  beforeAll(async () => {
    await labUp({ topology: 'under-the-hood' }, () => undefined)
    await resetHosts(hosts)
    await makeByHand(underTheHoodByHand(topology))
  })
  afterAll(async () => {
    await labDown({}, () => undefined)
  })

  it('gets no keepalived beside it', async () => {
    const text = await readFile(paths.inventory, 'utf8')
    const file = paths.inventory.replace('.yaml', '-keepalived.yaml')
    await writeFile(file, text.replace(/^ha: pacemaker$/m, 'ha: keepalived'))
    const ran = await cliText(['up', file])
    expect(ran.code, ran.stdout + ran.stderr).toBe(1)
    expect(ran.stdout + ran.stderr).toContain('with keepalived beside it a VIP may have two holders')
    for (const host of hosts) expect(await onHost(host, 'command -v keepalived || echo none')).toBe('none')
  })

  it('is taken over: the plan shows what changes, the VIP keeps its resource, and one member holds it', async () => {
    const plan = await cliText(['plan', paths.inventory])
    expect(plan.code, plan.stdout + plan.stderr).toBe(2)
    expect(plan.stdout).toMatch(/^ *-.*haproxy-resource/m)
    expect(plan.stdout).toMatch(/^ *-.*expected_votes: 1/m)
    const { result, seen } = await whileAsking(topology.vip, hosts, () => cli(['up', paths.inventory, '--yes']))
    expect(result.code, result.stdout + result.stderr).toBe(0)
    expect(seen.mostHolders).toBe(1)
    const { resources } = await crmState(first)
    expect(resources.map(({ agent }) => agent).toSorted()).toEqual([
      'ocf:heartbeat:IPaddr2',
      'systemd:haproxy',
      'systemd:haproxy',
    ])
    expect(resources.find(({ agent }) => agent === 'ocf:heartbeat:IPaddr2')?.id).toBe('virtual-ip-resource')
    const again = await cli(['up', paths.inventory])
    expect(outcome(again), again.stdout).toMatchObject({ outcome: 'nothing to do' })
  })
})
