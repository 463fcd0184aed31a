import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { onHost } from '../../src/lab/hosts.ts'
import type { Lab } from '../../src/lab/state.ts'
import { docker, until } from '../integration/support/breakage.ts'
import { cli, cliText } from '../integration/support/cli.ts'
import { bareLab, fingerprint, holdersOf } from '../integration/support/cluster.ts'
import { crmState } from '../integration/support/crm-state.ts'
import { ChangingCluster, cmap, confOf, expectDone, expectUnnoticed } from '../integration/support/pacemaker-change.ts'
import { clusterInventory, type ClusterChanges } from '../integration/support/pacemaker-cluster.ts'

const PAIR = ['lb1', 'lb2'] as const
const THREE = ['lb1', 'lb2', 'lb3'] as const

/** What is rare in the life of a cluster, or is to be refused. */
describe('three members of ha: pacemaker', () => {
  let lab: Lab
  let cluster: ChangingCluster

  beforeAll(async () => {
    lab = await bareLab(3)
    cluster = new ChangingCluster('pacemaker-rare', lab.vip, { hosts: THREE, corosync: { token: '5s' } })
    const ran = await cli(['up', await cluster.inventoryWith({})])
    expect(ran.code, ran.stdout + ran.stderr).toBe(0)
  })

  afterAll(() => {
    // eslint-disable-next-line no-console
    console.info(cluster.told.join('\n'))
  })

  it('take another cipher, hash and token', async () => {
    const file = await cluster.inventoryWith({
      corosync: { ...cluster.content.corosync, crypto_cipher: 'aes128', crypto_hash: 'sha512', token: '6s' },
    })
    const done = await cluster.changed('cipher, hash and token change', THREE, file)
    expectUnnoticed({ ...done, quorum: {} })
    for (const host of THREE) expect(await cmap(host, 'totem.crypto_hash')).toBe('sha512')
    await cluster.expectSettled(file, THREE)
  })

  it('take a second link, and lose it again', async () => {
    await Promise.all(THREE.map((host) => onHost(host, `ip addr add 192.168.77.${host.slice(2)}/24 dev eth0`)))
    const links = Object.fromEntries(THREE.map((host) => [host, { links: `192.168.77.${host.slice(2)}` }]))
    let file = await cluster.inventoryWith({ host: links })
    const added = await cluster.changed('a second link is added', THREE, file)
    expectUnnoticed(added)
    expect(await cmap('lb1', 'nodelist.node.1.ring1_addr')).toBe('192.168.77.2')
    await cluster.expectSettled(file, THREE)
    file = await cluster.inventoryWith({ host: {} })
    const removed = await cluster.changed('the second link is removed', THREE, file)
    expectUnnoticed(removed)
    expect(await cmap('lb1', 'nodelist.node.1.ring1_addr')).toBe('')
    await cluster.expectSettled(file, THREE)
  })

  it('take another parameter of the VIP', async () => {
    const file = await cluster.inventoryWith({
      vips: { api: { address: `${cluster.vip}/24`, interface: 'eth0', options: { arp_count: 3 } } },
    })
    const done = await cluster.changed('a parameter of the VIP changes', THREE, file)
    expectDone(done)
    await cluster.expectSettled(file, THREE)
  })

  it('take another address of a member, which leaves and comes back by it', async () => {
    const old = lab.hosts.find(({ name }) => name === 'lb3')?.address ?? ''
    const moved = old.replace(/\d+$/, '213')
    await onHost('lb3', `ip addr add ${moved}/24 dev eth0`)
    const file = await cluster.inventoryWith({ host: { lb3: { address: moved, host: old } } })
    const plan = await cliText(['plan', file])
    expect(plan.stdout).toContain('lb3 leaves the cluster, is listed by its new address, and comes back')
    const done = await cluster.changed('the address of a member changes', PAIR, file)
    expectDone(done)
    for (const host of THREE) expect(await confOf(host)).toContain(moved)
    await cluster.expectSettled(file, THREE)
  })

  it('refuse with --limit what only all can do, and do what one can', async () => {
    const before = await Promise.all(THREE.map(confOf))
    const refused = async (changes: ClusterChanges): Promise<string> => {
      const file = await clusterInventory('pacemaker-limited', { ...cluster.content, ...changes })
      const ran = await cliText(['up', file, '--limit', 'lb1'])
      expect(ran.code, ran.stdout + ran.stderr).not.toBe(0)
      return ran.stdout + ran.stderr
    }
    expect(await refused({ corosync: { ...cluster.content.corosync, token: '7s' } })).toContain('token')
    expect(await refused({ pacemaker: { stickiness: 70 } })).toContain('the CIB')
    expect(await refused({ hosts: PAIR })).toContain('who is a member')
    expect(await Promise.all(THREE.map(confOf))).toEqual(before)
    expect(await onHost('lb3', 'systemctl is-active corosync pacemaker')).toBe('active\nactive')
    const file = await cluster.inventoryWith({ haproxy: { defaults: { timeouts: { client: '32m' } } } })
    const limited = await cli(['up', file, '--limit', 'lb1'])
    // The others lack what the inventory says, and that is told.
    expect([0, 3], limited.stdout + limited.stderr).toContain(limited.code)
    expect(await onHost('lb1', 'cat /etc/haproxy/haproxy.cfg')).toContain('32m')
    expect(await onHost('lb2', 'cat /etc/haproxy/haproxy.cfg')).not.toContain('32m')
    const rest = await cli(['up', file])
    expect(rest.code, rest.stdout + rest.stderr).toBe(0)
    await cluster.expectSettled(file, THREE)
  })

  it('do not forget one that serves on and cannot be reached, but one that is off', async () => {
    await onHost('lb3', 'systemctl stop ssh')
    const file = await cluster.inventoryWith({ hosts: PAIR })
    const before = await Promise.all(PAIR.map(confOf))
    const refused = await cliText(['up', file])
    expect(refused.code, refused.stdout).not.toBe(0)
    expect(refused.stdout + refused.stderr).toContain(
      'lb3 has left the inventory, is online in the cluster, and could not be stopped',
    )
    expect(await Promise.all(PAIR.map(confOf))).toEqual(before)
    await docker(['kill'], ['lb3'])
    await until(
      60,
      () => crmState('lb1'),
      ({ nodes }) => nodes.some(({ name, online }) => name === 'lb3' && !online),
    )
    const done = await cluster.changed('a member that is off leaves', PAIR, file)
    expectDone(done)
    for (const host of PAIR) expect(await onHost(host, 'cibadmin --query')).not.toContain('lb3')
    await cluster.expectSettled(file, PAIR)
  })

  it('get another name only with --yes: all stop, and the VIP and haproxy go on', async () => {
    const file = await cluster.inventoryWith({ top: { cluster: 'other' } })
    const before = await Promise.all(PAIR.map(fingerprint))
    const refused = await cliText(['up', file])
    expect(refused.code).not.toBe(0)
    expect(refused.stdout + refused.stderr).toContain(
      'corosync takes a change of cluster name only when all members are stopped at once',
    )
    expect(await Promise.all(PAIR.map(fingerprint))).toEqual(before)
    const [holder] = await holdersOf(cluster.vip)
    const done = await cluster.changed('the cluster gets another name', PAIR, file, ['--yes'])
    expectUnnoticed({ ...done, quorum: {} })
    expect(await holdersOf(cluster.vip)).toEqual([holder])
    expect(await cmap('lb1', 'totem.cluster_name')).toBe('other')
    await cluster.expectSettled(file, PAIR)
  })

  it('shrink to one at once only with --yes', async () => {
    await docker(['start'], ['lb3'])
    const back = await cli(['up', await cluster.inventoryWith({ hosts: THREE, host: {} })])
    expect(back.code, back.stdout + back.stderr).toBe(0)
    const file = await cluster.inventoryWith({ hosts: ['lb1'] })
    const refused = await cliText(['up', file])
    expect(refused.code).not.toBe(0)
    expect(refused.stdout + refused.stderr).toContain('leave at once, and lb1 alone has no quorum')
    expect(await onHost('lb3', 'systemctl is-active corosync pacemaker')).toBe('active\nactive')
    const done = await cluster.changed('two of three leave at once', ['lb1'], file, ['--yes'])
    expect(done.ran.code, done.ran.stdout + done.ran.stderr).toBe(0)
    await cluster.expectSettled(file, ['lb1'])
  })
})
