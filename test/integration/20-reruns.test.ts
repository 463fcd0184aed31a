import { beforeAll, beforeEach, describe, expect, it, onTestFailed } from 'vitest'
import { onHost } from '../../src/lab/hosts.ts'
import type { Lab } from '../../src/lab/state.ts'
import { reloadsOf } from './support/breakage.ts'
import { cli, ofType, outcome, type Ran } from './support/cli.ts'
import { bareLab, holdersOf, inventory } from './support/cluster.ts'
import { openWatch, whileAsking } from './support/watch.ts'

const TRIO = ['lb1', 'lb2', 'lb3']

/** Main process and worker of haproxy, main process of keepalived: what a restart or a reload changes. */
async function processes(
  host: string,
): Promise<{ readonly haproxy: string; readonly worker: string; readonly keepalived: string }> {
  const [haproxy = '', worker = '', keepalived = ''] = (
    await onHost(
      host,
      `main=$(systemctl show -P MainPID haproxy); echo $main; cat /proc/$main/task/$main/children | tr ' ' '\\n' | grep . | tail -n 1; systemctl show -P MainPID keepalived`,
    )
  )
    .trim()
    .split('\n')
  return { haproxy, worker, keepalived }
}

/** The hosts in the order in which something was done on them. */
function orderOf(ran: Ran): readonly string[] {
  return [...new Set(ofType(ran.events, 'action-done').map(({ host }) => host))]
}

describe('reruns after changes of nodes', () => {
  let lab: Lab
  beforeAll(async () => {
    lab = await bareLab(3)
    const ran = await cli(['up', await inventory('pair')])
    expect(ran.code, ran.stdout).toBe(0)
  })
  // One that fails must not take the others along: most of them begin with the pair.
  beforeEach(() => {
    onTestFailed(async () => {
      await cli(['up', await inventory('pair')])
    })
  })

  it('an API server that leaves costs one reload each, holder last, and nothing of what is established', async () => {
    const before = await Promise.all(
      ['lb1', 'lb2'].map(async (host) => ({ ...(await processes(host)), reloads: await reloadsOf(host, 'haproxy') })),
    )
    const file = await inventory('two-apis', { apis: ['api1', 'api2'] })
    const watch = await openWatch(lab.vip, ['api1', 'api2'])
    try {
      const linesBefore = watch.lines()
      expect(linesBefore).toBeGreaterThan(0)
      const { result: ran, seen } = await whileAsking(lab.vip, ['lb1', 'lb2'], () => cli(['up', file]), { patience: 5 })
      expect(ran.code, ran.stdout).toBe(0)
      expect(orderOf(ran)).toEqual(['lb2', 'lb1'])
      expect(seen).toMatchObject({ failed: 0, mostHolders: 1 })
      const after = await Promise.all(
        ['lb1', 'lb2'].map(async (host) => ({ ...(await processes(host)), reloads: await reloadsOf(host, 'haproxy') })),
      )
      after.forEach((now, index) => {
        const old = before[index]
        expect(now.haproxy).toBe(old?.haproxy)
        expect(now.keepalived).toBe(old?.keepalived)
        expect(now.worker).not.toBe(old?.worker)
        expect(now.reloads).toBe((old?.reloads ?? 0) + 1)
      })
      expect(watch.broken()).toBe(false)
      expect(watch.lines()).toBeGreaterThan(linesBefore + 5)
    } finally {
      watch.close()
    }
  })

  it('comes back the same way', async () => {
    const ran = await cli(['up', await inventory('pair')])
    expect(ran.code, ran.stdout).toBe(0)
    expect(orderOf(ran)).toEqual(['lb2', 'lb1'])
  })

  it('a third load balancer joins after the others list it', async () => {
    const file = await inventory('trio', { hosts: TRIO })
    const { result: ran, seen } = await whileAsking(lab.vip, TRIO, () => cli(['up', file]), { patience: 5 })
    expect(ran.code, ran.stdout).toBe(0)
    expect(seen).toMatchObject({ failed: 0, mostHolders: 1 })
    const loads = ofType(ran.events, 'action-done').filter(({ resource }) => resource === 'loaded[keepalived]')
    expect(loads.map(({ host }) => host)).toEqual(['lb2', 'lb1', 'lb3'])
    expect(await holdersOf(lab.vip, TRIO)).toEqual(['lb1'])
    const again = await cli(['up', file])
    expect(outcome(again)).toMatchObject({ outcome: 'nothing to do', changed: 0, executions: 6 })
  })

  it('one that leaves the inventory gives the VIP up before the others forget it', async () => {
    // lb1 is the holder and leaves: the hardest case.
    const file = await inventory('left', { hosts: ['lb2', 'lb3'] })
    const planned = await cli(['plan', file])
    expect(planned.code).toBe(2)
    expect(ofType(planned.events, 'order')[0]?.steps[0]).toContain('lb1, which has left the inventory')
    const { result: ran, seen } = await whileAsking(lab.vip, TRIO, () => cli(['up', file]))
    expect(ran.code, ran.stdout).toBe(0)
    expect(seen.mostHolders).toBe(1)
    expect(await holdersOf(lab.vip, TRIO)).toHaveLength(1)
    expect((await onHost('lb1', 'systemctl is-active keepalived; systemctl is-enabled keepalived; true')).trim()).toBe(
      'inactive\ndisabled',
    )
    const again = await cli(['up', file])
    expect(outcome(again).outcome).toBe('nothing to do')
    const back = await cli(['up', await inventory('trio', { hosts: TRIO })])
    expect(back.code, back.stdout).toBe(0)
    expect(await holdersOf(lab.vip, TRIO)).toEqual(['lb1'])
    const pair = await cli(['up', await inventory('pair')])
    expect(pair.code, pair.stdout).toBe(0)
  }, 600_000)

  it('priorities that change hands move the VIP by the taker, without a gap', async () => {
    const file = await inventory('swapped', { host: { lb1: { priority: 100 }, lb2: { priority: 200 } } })
    const plan = await cli(['plan', file])
    expect(ofType(plan.events, 'order')[0]?.notes.join()).toContain('the VIP moves from lb1 to lb2')
    const { result: ran, seen } = await whileAsking(lab.vip, ['lb1', 'lb2'], () => cli(['up', file]), { patience: 5 })
    expect(ran.code, ran.stdout).toBe(0)
    expect(await holdersOf(lab.vip)).toEqual(['lb2'])
    expect(seen.failed).toBeLessThan(5)
    const back = await cli(['up', await inventory('pair')])
    expect(back.code, back.stdout).toBe(0)
    expect(await holdersOf(lab.vip)).toEqual(['lb1'])
  })

  it('a new VRRP password goes the way that never makes two holders', async () => {
    const file = await inventory('password', { keepalived: { auth_pass: { env: 'LAB_VRRP' } } })
    process.env.LAB_VRRP = 'Xy12abCD'
    const { result: ran, seen } = await whileAsking(lab.vip, ['lb1', 'lb2'], () => cli(['up', file]), { patience: 5 })
    expect(ran.code, ran.stdout).toBe(0)
    expect(ran.stdout).not.toContain('Xy12abCD')
    expect(ofType(ran.events, 'order')[0]?.steps.join()).toContain('VRRP authentication')
    expect(seen).toMatchObject({ mostHolders: 1, failed: 0 })
    const [one = '', other = '', ...after] = ofType(ran.events, 'action-done').map(
      ({ host, what }) => `${host} ${what}`,
    )
    // Written everywhere at the same time, then in order.
    expect([one, other].toSorted()).toEqual([
      'lb1 write /etc/keepalived/keepalived.conf',
      'lb2 write /etc/keepalived/keepalived.conf',
    ])
    expect(after).toEqual(['lb2 stop keepalived', 'lb1 load keepalived', 'lb2 load keepalived'])
    // Read back from the cluster: an inventory that names none keeps it.
    const again = await cli(['up', await inventory('pair')])
    expect(outcome(again), again.stdout).toMatchObject({ outcome: 'nothing to do' })
  })

  it('refuses to change on some members what all must share', async () => {
    const file = await inventory('vrid', { vip: { virtual_router_id: 77 } })
    const ran = await cli(['up', file, '--limit', 'lb2'])
    expect(ran.code).toBe(1)
    expect(ofType(ran.events, 'error')[0]?.message).toContain('--limit leaves lb1 out')
    expect(ofType(ran.events, 'action-done')).toEqual([])
  })

  it('the VIP moves to another address', async () => {
    const file = await inventory('spare', { vip: { address: `${lab.spareVip}/24` } })
    const ran = await cli(['up', file])
    expect(ran.code, ran.stdout).toBe(0)
    expect(await holdersOf(lab.vip)).toEqual([])
    expect(await holdersOf(lab.spareVip)).toHaveLength(1)
    expect(ofType(ran.events, 'order')[0]?.notes.join()).toContain('VIP list changes')
    const back = await cli(['up', await inventory('pair')])
    expect(back.code, back.stdout).toBe(0)
    expect(await holdersOf(lab.vip)).toEqual(['lb1'])
  })
})
