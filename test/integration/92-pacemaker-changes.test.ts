import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { onHost } from '../../src/lab/hosts.ts'
import type { Lab } from '../../src/lab/state.ts'
import { cli, cliText, ofType } from './support/cli.ts'
import { bareLab, holdersOf } from './support/cluster.ts'
import { ChangingCluster, cmap, confOf, expectDone, expectUnnoticed } from './support/pacemaker-change.ts'

const PAIR = ['lb1', 'lb2'] as const
const THREE = ['lb1', 'lb2', 'lb3'] as const

let lab: Lab
let cluster: ChangingCluster

describe('a pair of ha: pacemaker that is changed while a client asks through its VIP', () => {
  beforeAll(async () => {
    lab = await bareLab(3)
    // A machine that is busy with other tests keeps a member waiting for longer than the usual second.
    cluster = new ChangingCluster('pacemaker-changes', lab.vip, { hosts: PAIR, corosync: { token: '5s' } })
    const file = await cluster.inventoryWith({})
    const ran = await cli(['up', file])
    expect(ran.code, ran.stdout + ran.stderr).toBe(0)
    await cluster.expectSettled(file, PAIR)
  })

  afterAll(() => {
    // eslint-disable-next-line no-console
    console.info(cluster.told.join('\n'))
  })

  it('takes a third member', async () => {
    const file = await cluster.inventoryWith({ hosts: THREE })
    const plan = await cliText(['plan', file])
    expect(plan.stdout).toContain('lb3 joins: the others list it')
    const done = await cluster.changed('a third member joins', PAIR, file)
    expectUnnoticed(done)
    for (const host of THREE) {
      expect(await confOf(host)).not.toContain('two_node')
      expect(await cmap(host, 'runtime.votequorum.two_node')).not.toBe('1')
    }
    await cluster.expectSettled(file, THREE)
  })

  it('takes another key, which no one sees', async () => {
    const key = randomBytes(256).toString('base64')
    cluster.env = { HA_TEST_AUTHKEY: key }
    const file = await cluster.inventoryWith({
      corosync: { ...cluster.content.corosync, authkey: { env: 'HA_TEST_AUTHKEY' } },
    })
    const done = await cluster.changed('the key is rotated', THREE, file, ['--verbose'])
    // A member that is late with the new key is parted from the others for a moment: pacemaker has been told to do nothing then.
    expectUnnoticed({ ...done, quorum: {} })
    expect(done.ran.stdout + done.ran.stderr).not.toContain(key)
    for (const host of THREE) expect(await onHost(host, 'base64 -w0 /etc/corosync/authkey')).toBe(key)
    await cluster.expectSettled(file, THREE)
  })

  it('takes another stickiness and a second VIP without moving the first', async () => {
    const [holder] = await holdersOf(lab.vip, THREE)
    const second = lab.vip.replace(/\d+$/, '251')
    const file = await cluster.inventoryWith({
      pacemaker: { stickiness: 50 },
      vips: {
        api: { address: `${lab.vip}/24`, interface: 'eth0' },
        more: { address: `${second}/24`, interface: 'eth0' },
      },
    })
    const done = await cluster.changed('stickiness changes and a second VIP comes', THREE, file)
    expectUnnoticed(done)
    expect(await holdersOf(lab.vip, THREE)).toEqual([holder])
    expect(await holdersOf(second, THREE)).toHaveLength(1)
    await cluster.expectSettled(file, THREE)
  })

  it('takes another haproxy.cfg member by member, the holder last, by a reload', async () => {
    const [holder = ''] = await holdersOf(lab.vip, THREE)
    const pids = await Promise.all(THREE.map((host) => onHost(host, 'systemctl show -p MainPID --value haproxy')))
    const file = await cluster.inventoryWith({ haproxy: { defaults: { timeouts: { client: '31m' } } } })
    const plan = await cliText(['plan', file], cluster.env)
    expect(plan.stdout).toContain(`${holder} (holds the VIP: last)`)
    const done = await cluster.changed('haproxy.cfg changes', THREE, file)
    expectUnnoticed(done)
    const reloaded = ofType(done.ran.events, 'action-done').filter(({ resource }) => resource === 'loaded[haproxy]')
    // The second VIP may be elsewhere: its holder is one of the last too.
    const holders = [holder, ...(await holdersOf(lab.vip.replace(/\d+$/, '251'), THREE))]
    expect(holders).toContain(reloaded.map(({ host }) => host).at(-1))
    expect(await Promise.all(THREE.map((host) => onHost(host, 'systemctl show -p MainPID --value haproxy')))).toEqual(
      pids,
    )
    await cluster.expectSettled(file, THREE)
  })

  it('lets a member go that can be reached: it is retired and forgotten', async () => {
    const file = await cluster.inventoryWith({ hosts: PAIR, host: {} })
    const done = await cluster.changed('a member leaves', PAIR, file)
    expectDone(done)
    expect(
      await onHost('lb3', 'systemctl is-active corosync pacemaker; systemctl is-enabled corosync pacemaker; true'),
    ).toBe('inactive\ninactive\ndisabled\ndisabled')
    expect(await holdersOf(lab.vip, ['lb3'])).toEqual([])
    for (const host of PAIR) {
      expect(await confOf(host)).toContain('two_node: 1')
      expect(await cmap(host, 'runtime.votequorum.two_node')).toBe('1')
      expect(await onHost(host, 'cibadmin --query')).not.toContain('lb3')
    }
    await cluster.expectSettled(file, PAIR)
  })
})
