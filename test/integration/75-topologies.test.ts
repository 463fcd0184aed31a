import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { labDown } from '../../src/lab/down.ts'
import { onHost } from '../../src/lab/hosts.ts'
import { paths } from '../../src/lab/paths.ts'
import type { Lab } from '../../src/lab/state.ts'
import { topologies } from '../../src/lab/topologies.ts'
import { labUp } from '../../src/lab/up.ts'
import { PATIENCE, until } from './support/breakage.ts'
import { cli, outcome } from './support/cli.ts'
import { holdersOf } from './support/cluster.ts'

/** How each published text tests itself: what is stopped on the holder, and started again. */
const PUBLISHED: Readonly<Record<string, { readonly stop: string; readonly start: string }>> = {
  'alpine-pair': { stop: 'rc-service haproxy stop', start: 'rc-service haproxy start' },
  'stacked-masters': { stop: 'systemctl stop haproxy', start: 'systemctl start haproxy' },
  'kubesphere-pair': { stop: 'systemctl stop keepalived', start: 'systemctl start keepalived' },
}
const SECRETS = { VRRP_PASS: 'k8s-vip1', STATS_PASSWORD: 'of-the-lab' }

// What pacemaker moves is tested by itself (91).
describe.each(Object.entries(topologies).filter(([name]) => name in PUBLISHED))('topology %s', (name, topology) => {
  let lab: Lab
  const hosts = topology.hosts.map((host) => host.name)
  const holders = () => holdersOf(topology.vip, hosts)

  beforeAll(async () => {
    await labDown({}, () => undefined)
    lab = await labUp({ topology: name, fresh: true }, () => undefined)
  })
  afterAll(async () => {
    await labDown({}, () => undefined)
  })

  it('has its own addresses, to which this machine has no way', async () => {
    expect(lab.hosts.map((host) => host.address)).toEqual(topology.hosts.map((host) => host.address))
    const { stdout } = await execa('ip', ['-4', 'route'])
    expect(stdout).not.toContain(topology.network.split('.').slice(0, 3).join('.'))
  })

  it('becomes what its inventory says, and nothing is left to do', async () => {
    const first = await cli(['up', paths.inventory], SECRETS)
    expect(first.code, first.stdout + first.stderr).toBe(0)
    expect(await holders()).toEqual([hosts[0]])
    const second = await cli(['up', paths.inventory], SECRETS)
    expect(second.code, second.stdout).toBe(0)
    expect(outcome(second)).toMatchObject({ outcome: 'nothing to do', executions: 2 * hosts.length })
  })

  it('passes the test that was published with it: the VIP goes to the next host, and comes back', async () => {
    const [first = '', second = ''] = hosts
    const { stop, start } = PUBLISHED[name] ?? { stop: 'false', start: 'false' }
    await onHost(first, stop)
    await until(PATIENCE, holders, (held) => held.join() === second)
    await onHost(first, start)
    await until(PATIENCE, holders, (held) => held.join() === first)
    const verified = await cli(['verify', paths.inventory], SECRETS)
    expect(verified.code, verified.stdout).toBe(0)
  })
})
