import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { onHost, startMembers } from '../../src/lab/hosts.ts'
import type { Lab } from '../../src/lab/state.ts'
import { docker, until } from '../integration/support/breakage.ts'
import { cli } from '../integration/support/cli.ts'
import { bareLab, holdersOf, inventory } from '../integration/support/cluster.ts'
import { ChangingCluster, cmap, confOf, expectDone, expectUnnoticed } from '../integration/support/pacemaker-change.ts'

const PAIR = ['lb1', 'lb2'] as const

/** Where haproxy runs. */
async function running(hosts: readonly string[]): Promise<readonly string[]> {
  const states = await Promise.all(hosts.map((host) => onHost(host, 'systemctl is-active haproxy || true')))
  return hosts.filter((_, index) => states[index]?.trim() === 'active')
}

/** Two members have quorum by `two_node` alone: what takes one away for a while is harder than with three. */
describe.each(['debian-12', 'rocky-9'])('a pair of ha: pacemaker on %s', (platform) => {
  let lab: Lab
  let cluster: ChangingCluster

  beforeAll(async () => {
    lab = await bareLab(2, [platform])
    cluster = new ChangingCluster(`pacemaker-${platform}`, lab.vip, { hosts: ['lb1'], corosync: { token: '5s' } })
    const ran = await cli(['up', await cluster.inventoryWith({})])
    expect(ran.code, ran.stdout + ran.stderr).toBe(0)
  })

  afterAll(() => {
    // eslint-disable-next-line no-console
    console.info(cluster.told.join('\n'))
  })

  it('begins as one, which is joined by another', async () => {
    const file = await cluster.inventoryWith({ hosts: PAIR })
    const done = await cluster.changed('a second member joins', ['lb1'], file)
    expectUnnoticed(done)
    expect(await cmap('lb1', 'quorum.two_node')).toBe('1')
    await cluster.expectSettled(file, PAIR)
  })

  it('takes another cipher, hash and token', async () => {
    const file = await cluster.inventoryWith({
      corosync: { ...cluster.content.corosync, crypto_cipher: 'aes128', crypto_hash: 'sha512', token: '6s' },
    })
    const done = await cluster.changed('cipher, hash and token change', PAIR, file)
    expectUnnoticed({ ...done, quorum: {} })
    await cluster.expectSettled(file, PAIR)
  })

  it('takes a second link, and loses it again', async () => {
    await Promise.all(PAIR.map((host) => onHost(host, `ip addr add 192.168.77.${host.slice(2)}/24 dev eth0`)))
    const links = Object.fromEntries(PAIR.map((host) => [host, { links: `192.168.77.${host.slice(2)}` }]))
    let file = await cluster.inventoryWith({ host: links })
    expectUnnoticed(await cluster.changed('a second link is added', PAIR, file))
    await cluster.expectSettled(file, PAIR)
    file = await cluster.inventoryWith({ host: {} })
    expectUnnoticed(await cluster.changed('the second link is removed', PAIR, file))
    await cluster.expectSettled(file, PAIR)
  })

  it('takes another address of a member, which leaves and comes back by it', async () => {
    const [holder] = await holdersOf(lab.vip)
    const moving = holder === 'lb1' ? 'lb2' : 'lb1'
    const old = lab.hosts.find(({ name }) => name === moving)?.address ?? ''
    const moved = old.replace(/\d+$/, '213')
    await onHost(moving, `ip addr add ${moved}/24 dev eth0`)
    const file = await cluster.inventoryWith({ host: { [moving]: { address: moved, host: old } } })
    const done = await cluster.changed('the address of a member changes', [holder ?? ''], file)
    expectUnnoticed(done)
    for (const host of PAIR) expect(await confOf(host)).toContain(moved)
    expect(await cmap('lb1', 'quorum.two_node')).toBe('1')
    await cluster.expectSettled(file, PAIR)
  })

  it('runs haproxy with the VIP alone, when told so, and on the other when the holder is gone', async () => {
    const file = await cluster.inventoryWith({ pacemaker: { haproxy: 'with-vip' } })
    expectDone(await cluster.changed('haproxy only beside the VIP', PAIR, file))
    await cluster.expectSettled(file, PAIR)
    const [holder = ''] = await holdersOf(lab.vip)
    expect(await running(PAIR)).toEqual([holder])
    const [other = ''] = PAIR.filter((host) => host !== holder)
    await docker(['kill'], [holder])
    await until(
      120,
      async () => ({ held: await holdersOf(lab.vip, [other]), runs: await running([other]) }),
      ({ held, runs }) => held.length === 1 && runs.length === 1,
    )
    await startMembers(lab, [holder])
    const back = await cli(['up', file])
    expect(back.code, back.stdout + back.stderr).toBe(0)
    await cluster.expectSettled(file, PAIR)
    expect(await running(PAIR)).toEqual(await holdersOf(lab.vip))
  })

  it('goes to keepalived from there, and back', async () => {
    const keepalived = await inventory(`keepalived-${platform}`, { host: cluster.content.host ?? {} })
    const away = await cluster.changed('keepalived in place of pacemaker', PAIR, keepalived)
    expectDone({ ...away, quorum: {} })
    expect(await running(PAIR)).toEqual(PAIR)
    const file = await cluster.inventoryWith({})
    const back = await cluster.changed('pacemaker in place of keepalived', PAIR, file)
    expectDone({ ...back, quorum: {} })
    await cluster.expectSettled(file, PAIR)
    expect(await running(PAIR)).toEqual(await holdersOf(lab.vip))
  })
})
