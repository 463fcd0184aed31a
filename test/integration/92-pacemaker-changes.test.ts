import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { onHost } from '../../src/lab/hosts.ts'
import type { Lab } from '../../src/lab/state.ts'
import { cli, cliText, ofType, outcome, type Ran } from './support/cli.ts'
import { bareLab, holdersOf } from './support/cluster.ts'
import { crmState } from './support/crm-state.ts'
import { clusterInventory, type ClusterChanges } from './support/pacemaker-cluster.ts'
import { whileWatchingQuorum, type QuorumSeen } from './support/quorum-watch.ts'
import { whileAsking, type Seen } from './support/watch.ts'

const PAIR = ['lb1', 'lb2'] as const
const THREE = ['lb1', 'lb2', 'lb3'] as const

/** What a change cost the clients, a line each. */
const told: string[] = []

interface Changed {
  readonly ran: Ran
  readonly seen: Seen
  /** Starts and stops of VIPs, as the members' pacemakers wrote them down. */
  readonly moves: number
  readonly quorum: Readonly<Record<string, QuorumSeen>>
}

/** What is changed stays changed in the tests after it. */
let content: ClusterChanges = {
  hosts: PAIR,
  // A machine that is busy with other tests keeps a member waiting for longer than the usual second.
  corosync: { token: '5s' },
}
let env: Readonly<Record<string, string>> = {}
let lab: Lab

async function inventoryWith(changes: ClusterChanges): Promise<string> {
  content = { ...content, ...changes }
  return await clusterInventory('pacemaker-changes', content)
}

/** `up` while a client asks through the VIP and quorum is watched on those who are members before and after. */
async function changed(
  what: string,
  members: readonly string[],
  file: string,
  words: readonly string[] = [],
): Promise<Changed> {
  const start = performance.now()
  const before = await movesOf(members)
  const { result, quorum } = await whileWatchingQuorum(members, () =>
    whileAsking(lab.vip, members, () => cli(['up', file, ...words], env)),
  )
  const { result: ran, seen } = result
  const seconds = Math.round((performance.now() - start) / 1000)
  const lost = Object.values(quorum).reduce((sum, { inquorate }) => sum + inquorate, 0)
  told.push(
    `${what}: ${seen.failed} of ${seen.requests} requests failed (${seen.refused} refused), longest gap ${seen.longestGap} ms, looks without quorum ${lost}, ${seconds} s, ${outcome(ran).executions} executions`,
  )
  return { ran, seen, quorum, moves: (await movesOf(members)) - before }
}

async function movesOf(hosts: readonly string[]): Promise<number> {
  const count = `journalctl -u pacemaker -o cat --no-pager | grep -cE 'Result of (start|stop) operation for vip-api' || true`
  const counts = await Promise.all(hosts.map((host) => onHost(host, count)))
  return counts.reduce((sum, one) => sum + Number(one), 0)
}

/** Not a request was refused, and the VIP stayed where it was. What merely took too long is told, and is the machine's. */
function expectUnnoticed(done: Changed): void {
  expectDone(done)
  expect(done.seen.refused).toBe(0)
  expect(done.moves).toBe(0)
}

function expectDone({ ran, seen, quorum }: Changed): void {
  expect(ran.code, ran.stdout + ran.stderr).toBe(0)
  expect(outcome(ran)).toMatchObject({ outcome: 'done', failed: 0 })
  expect(seen.requests).toBeGreaterThan(0)
  expect(seen.mostHolders).toBe(1)
  for (const sample of Object.values(quorum)) {
    expect(sample.quorate).toBeGreaterThan(0)
    expect(sample.inquorate).toBe(0)
  }
}

/** Nothing is left to do, at two executions a host; one holds; all see quorum and each other; nothing failed; no maintenance. */
async function expectSettled(file: string, hosts: readonly string[]): Promise<void> {
  const ran = await cli(['up', file], env)
  expect(ran.code, ran.stdout + ran.stderr).toBe(0)
  expect(outcome(ran), ran.stdout).toMatchObject({ outcome: 'nothing to do', changed: 0, executions: 2 * hosts.length })
  expect(await holdersOf(lab.vip, THREE)).toHaveLength(1)
  for (const host of hosts) {
    const state = await crmState(host)
    expect(state, host).toMatchObject({ quorum: true, failures: [] })
    expect(state.nodes.map(({ name, online, maintenance }) => [name, online, maintenance])).toEqual(
      hosts.map((name) => [name, true, false]),
    )
  }
}

async function confOf(host: string): Promise<string> {
  return await onHost(host, 'cat /etc/corosync/corosync.conf')
}

async function cmap(host: string, key: string): Promise<string> {
  return (await onHost(host, `corosync-cmapctl -g ${key} 2>/dev/null || true`)).replace(/^.*= /, '').trim()
}

describe('a pair of ha: pacemaker that is changed while a client asks through its VIP', () => {
  beforeAll(async () => {
    lab = await bareLab(3)
    const file = await inventoryWith({})
    const ran = await cli(['up', file])
    expect(ran.code, ran.stdout + ran.stderr).toBe(0)
    await expectSettled(file, PAIR)
  })

  afterAll(() => {
    // eslint-disable-next-line no-console
    console.info(told.join('\n'))
  })

  it('takes a third member', async () => {
    const file = await inventoryWith({ hosts: THREE })
    const plan = await cliText(['plan', file])
    expect(plan.stdout).toContain('lb3 joins: the others list it')
    const done = await changed('a third member joins', PAIR, file)
    expectUnnoticed(done)
    for (const host of THREE) {
      expect(await confOf(host)).not.toContain('two_node')
      expect(await cmap(host, 'runtime.votequorum.two_node')).not.toBe('1')
    }
    await expectSettled(file, THREE)
  })

  it('takes another key, which no one sees', async () => {
    const key = randomBytes(256).toString('base64')
    env = { HA_TEST_AUTHKEY: key }
    const file = await inventoryWith({ corosync: { ...content.corosync, authkey: { env: 'HA_TEST_AUTHKEY' } } })
    const done = await changed('the key is rotated', THREE, file, ['--verbose'])
    expectUnnoticed(done)
    expect(done.ran.stdout + done.ran.stderr).not.toContain(key)
    for (const host of THREE) expect(await onHost(host, 'base64 -w0 /etc/corosync/authkey')).toBe(key)
    await expectSettled(file, THREE)
  })

  it('takes another cipher, hash and token', async () => {
    const file = await inventoryWith({
      corosync: { ...content.corosync, crypto_cipher: 'aes128', crypto_hash: 'sha512', token: '6s' },
    })
    const done = await changed('cipher, hash and token change', THREE, file)
    expectUnnoticed(done)
    for (const host of THREE) expect(await cmap(host, 'totem.crypto_hash')).toBe('sha512')
    await expectSettled(file, THREE)
  })

  it('takes a second link, and loses it again', async () => {
    await Promise.all(THREE.map((host) => onHost(host, `ip addr add 192.168.77.${host.slice(2)}/24 dev eth0`)))
    const links = Object.fromEntries(THREE.map((host) => [host, { links: `192.168.77.${host.slice(2)}` }]))
    let file = await inventoryWith({ host: links })
    const added = await changed('a second link is added', THREE, file)
    expectUnnoticed(added)
    expect(await cmap('lb1', 'nodelist.node.1.ring1_addr')).toBe('192.168.77.2')
    await expectSettled(file, THREE)
    file = await inventoryWith({ host: {} })
    const removed = await changed('the second link is removed', THREE, file)
    expectUnnoticed(removed)
    expect(await cmap('lb1', 'nodelist.node.1.ring1_addr')).toBe('')
    await expectSettled(file, THREE)
  })

  it('takes another stickiness and a second VIP without moving the first', async () => {
    const [holder] = await holdersOf(lab.vip, THREE)
    const second = lab.vip.replace(/\d+$/, '251')
    const file = await inventoryWith({
      pacemaker: { stickiness: 50 },
      vips: {
        api: { address: `${lab.vip}/24`, interface: 'eth0' },
        more: { address: `${second}/24`, interface: 'eth0' },
      },
    })
    const done = await changed('stickiness changes and a second VIP comes', THREE, file)
    expectUnnoticed(done)
    expect(await holdersOf(lab.vip, THREE)).toEqual([holder])
    expect(await holdersOf(second, THREE)).toHaveLength(1)
    await expectSettled(file, THREE)
  })

  it('takes another parameter of the VIP', async () => {
    const file = await inventoryWith({
      vips: { api: { address: `${lab.vip}/24`, interface: 'eth0', options: { arp_count: 3 } } },
    })
    const done = await changed('a parameter of the VIP changes and the second one goes', THREE, file)
    expectDone(done)
    await expectSettled(file, THREE)
  })

  it('takes another haproxy.cfg member by member, the holder last, by a reload', async () => {
    const [holder = ''] = await holdersOf(lab.vip, THREE)
    const pids = await Promise.all(THREE.map((host) => onHost(host, 'systemctl show -p MainPID --value haproxy')))
    const file = await inventoryWith({ haproxy: { defaults: { timeouts: { client: '31m' } } } })
    const plan = await cliText(['plan', file], env)
    expect(plan.stdout).toContain(`${holder} (holds the VIP: last)`)
    const done = await changed('haproxy.cfg changes', THREE, file)
    expectUnnoticed(done)
    const reloaded = ofType(done.ran.events, 'action-done').filter(({ resource }) => resource === 'loaded[haproxy]')
    expect(reloaded.map(({ host }) => host).at(-1)).toBe(holder)
    expect(await Promise.all(THREE.map((host) => onHost(host, 'systemctl show -p MainPID --value haproxy')))).toEqual(
      pids,
    )
    await expectSettled(file, THREE)
  })

  it('takes another address of a member, which leaves and comes back by it', async () => {
    const old = lab.hosts.find(({ name }) => name === 'lb3')?.address ?? ''
    const moved = old.replace(/\d+$/, '213')
    await onHost('lb3', `ip addr add ${moved}/24 dev eth0`)
    const file = await inventoryWith({ host: { lb3: { address: moved, host: old } } })
    const plan = await cliText(['plan', file], env)
    expect(plan.stdout).toContain('lb3 leaves the cluster, is listed by its new address, and comes back')
    const done = await changed('the address of a member changes', PAIR, file)
    expectDone(done)
    for (const host of THREE) expect(await confOf(host)).toContain(moved)
    await expectSettled(file, THREE)
  })

  it('lets a member go that can be reached: it is retired and forgotten', async () => {
    const file = await inventoryWith({ hosts: PAIR, host: {} })
    const done = await changed('a member leaves', PAIR, file)
    expectDone(done)
    expect(
      await onHost('lb3', 'systemctl is-active corosync pacemaker; systemctl is-enabled corosync pacemaker; true'),
    ).toBe('inactive\ninactive\ndisabled\ndisabled')
    for (const host of PAIR) {
      expect(await confOf(host)).toContain('two_node: 1')
      expect(await cmap(host, 'runtime.votequorum.two_node')).toBe('1')
      expect(await onHost(host, 'cibadmin --query')).not.toContain('lb3')
    }
    await expectSettled(file, PAIR)
  })
})
