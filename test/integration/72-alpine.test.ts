import { beforeAll, describe, expect, it, onTestFailed } from 'vitest'
import { onHost } from '../../src/lab/hosts.ts'
import type { Lab } from '../../src/lab/state.ts'
import { apk } from '../../src/platform/apk.ts'
import { PATIENCE, until, untilWhole, verdict } from './support/breakage.ts'
import { cli, ofType, outcome } from './support/cli.ts'
import { bareLab, executionsInLog, fingerprint, holdersOf, inventory } from './support/cluster.ts'
import { whileAsking } from './support/watch.ts'

/** Alpine is the stand-in of lab/images/alpine-3.21, or the official image where a registry answers. */
const BOTH = ['lb1', 'lb2']
const CFG = '/etc/haproxy/haproxy.cfg'
const CONF = '/etc/keepalived/keepalived.conf'
const SETTINGS = '/etc/conf.d/keepalived'
const COMMUNITY = '/etc/apk/repositories.d/ha-provision.list'

interface Processes {
  readonly haproxy: string
  readonly keepalived: string
  /** How haproxy was started: after a reload with `-sf` and the process before it. */
  readonly command: string
}

async function processes(host: string): Promise<Processes> {
  const [haproxy = '', keepalived = '', command = ''] = (
    await onHost(
      host,
      `cat /run/haproxy.pid; cat /run/openrc/options/keepalived/child_pid; echo; tr '\\0' ' ' </proc/$(cat /run/haproxy.pid)/cmdline`,
    )
  ).split('\n')
  return { haproxy: haproxy.trim(), keepalived: keepalived.trim(), command: command.trim() }
}

describe('a bare Alpine pair', () => {
  let lab: Lab
  let file: string
  beforeAll(async () => {
    lab = await bareLab(2, ['alpine-3.21'])
    file = await inventory('pair')
  })

  const whole = async (): Promise<void> => {
    await until(
      PATIENCE,
      () => holdersOf(lab.vip),
      (seen) => seen.join() === 'lb1',
    )
    await untilWhole(file)
  }

  it('is planned without being touched', async () => {
    const before = await Promise.all(BOTH.map(fingerprint))
    const ran = await cli(['plan', file])
    expect(ran.code, ran.stdout).toBe(2)
    const planned = ofType(ran.events, 'planned').map(({ resources }) => resources.map(({ id }) => id))
    expect(planned).toHaveLength(2)
    for (const ids of planned) {
      expect(ids.slice(0, 3)).toEqual([`file[${COMMUNITY}]`, 'package[haproxy]', 'package[keepalived]'])
    }
    expect(await Promise.all(BOTH.map(fingerprint))).toEqual(before)
  })

  it('becomes a verified HAProxy behind a VIP, with keepalived from the community repository', async () => {
    const ran = await cli(['up', file])
    expect(ran.code, ran.stdout).toBe(0)
    expect(outcome(ran)).toMatchObject({ outcome: 'done', failed: 0 })
    expect(await holdersOf(lab.vip)).toEqual(['lb1'])
    expect(await onHost('lb1', `cat ${COMMUNITY}`)).toContain('/community')
    // The lock of actions is not left with what was started.
    expect(await onHost('lb1', `ls -l /proc/[0-9]*/fd 2>/dev/null | grep action.lock || true`)).toBe('')
  })

  it('has nothing to do the second time, and costs two executions a host, counted twice', async () => {
    const before = await Promise.all(BOTH.map(executionsInLog))
    const ran = await cli(['up', file])
    expect(ran.code, ran.stdout).toBe(0)
    expect(outcome(ran)).toMatchObject({ outcome: 'nothing to do', changed: 0, executions: 4 })
    const after = await Promise.all(BOTH.map(executionsInLog))
    expect(after.map((count, index) => count - (before[index] ?? 0))).toEqual([2, 2])
  })

  it('one value changed is one reload each and no restart', async () => {
    const before = await Promise.all(BOTH.map(processes))
    const changed = await inventory('slower', { haproxy: { defaults: { timeouts: { connect: '7s' } } } })
    const { result: ran, seen } = await whileAsking(lab.vip, BOTH, () => cli(['up', changed]), { patience: 5 })
    expect(ran.code, ran.stdout).toBe(0)
    expect(seen.mostHolders).toBe(1)
    expect(seen.failed).toBeLessThan(5)
    const after = await Promise.all(BOTH.map(processes))
    after.forEach((now, index) => {
      const old = before[index]
      expect(now.keepalived).toBe(old?.keepalived)
      // Started once, by a reload: told to finish the very process that ran before.
      expect(now.command).toMatch(new RegExp(` -sf ${old?.haproxy ?? ''}$`))
    })
    const back = await cli(['up', file])
    expect(back.code, back.stdout).toBe(0)
    await whole()
  })

  it.each([
    {
      what: 'the package of haproxy removed',
      host: 'lb2',
      happen: 'rc-service -q haproxy stop; apk -q del haproxy',
      // It stays in its runlevel, and is a service again once its script is back.
      planned: ['package[haproxy]', 'loaded[haproxy]'],
      done: ['install haproxy', 'load haproxy'],
    },
    {
      what: 'haproxy disabled',
      host: 'lb1',
      happen: 'rc-update -q del haproxy default',
      planned: ['service[haproxy]'],
      done: ['enable haproxy'],
    },
    {
      what: 'haproxy killed, which nothing starts again',
      host: 'lb2',
      happen:
        'pid=$(cat /run/haproxy.pid); kill -9 $pid; i=0; while kill -0 $pid 2>/dev/null && [ $i -lt 300 ]; do sleep 0.1; i=$((i + 1)); done',
      planned: ['loaded[haproxy]'],
      done: ['load haproxy'],
    },
    {
      what: 'keepalived.conf edited on the holder',
      host: 'lb1',
      happen: `echo '# by hand' >>${CONF}`,
      planned: [`file[${CONF}]`, 'loaded[keepalived]'],
      done: [`write ${CONF}`, 'load keepalived'],
    },
    {
      what: 'haproxy.cfg edited, and loaded too',
      host: 'lb2',
      happen: `sed -i 's/timeout connect 5s/timeout connect 6s/' ${CFG} && rc-service haproxy reload`,
      planned: [`file[${CFG}]`, 'loaded[haproxy]'],
      done: [`write ${CFG}`, 'load haproxy'],
    },
    {
      what: 'keepalived without its supervisor',
      host: 'lb2',
      happen: `rc-service -q keepalived stop; mv ${SETTINGS} /tmp/kept; rc-service -q keepalived start; mv /tmp/kept ${SETTINGS}`,
      planned: ['service[keepalived]'],
      done: ['read unit files again'],
    },
    {
      what: 'the program of keepalived replaced, as an upgrade of its package does',
      host: 'lb2',
      happen: 'cp /usr/sbin/keepalived /tmp/new && mv /tmp/new /usr/sbin/keepalived',
      planned: ['service[keepalived]'],
      done: ['read unit files again'],
    },
  ])('$what: found and mended', async ({ host, happen, planned, done }) => {
    // What was found out of order is not left to the next one.
    onTestFailed(async () => {
      await cli(['up', file])
    })
    await onHost(host, happen)
    const plan = await cli(['plan', file])
    expect(plan.code, plan.stdout).toBe(2)
    const told = ofType(plan.events, 'planned').filter(({ resources }) => resources.length > 0)
    expect(told.map((event) => [event.host, event.resources.map(({ id }) => id)])).toEqual([[host, planned]])
    const ran = await cli(['up', file])
    expect(ran.code, ran.stdout).toBe(0)
    expect(ofType(ran.events, 'action-done').map((event) => [event.host, event.what])).toEqual(
      done.map((action) => [host, action]),
    )
  })

  it('the VIP leaves a holder whose haproxy stops, and comes back with it', async () => {
    await onHost('lb1', 'rc-service -q haproxy stop')
    await until(
      PATIENCE,
      () => holdersOf(lab.vip),
      (seen) => seen.join() === 'lb2',
    )
    const { told } = await verdict(file)
    expect(told.join()).toContain("'grep -i haproxy /var/log/messages' on lb1")
    await onHost('lb1', 'rc-service -q haproxy start')
    await whole()
  })

  it('keepalived killed: started again by its supervisor', async () => {
    const before = await processes('lb1')
    await onHost('lb1', 'kill -9 $(pidof keepalived)')
    await until(
      PATIENCE,
      () => processes('lb1'),
      // Between the two there is none.
      ({ keepalived }) => /^\d+$/.test(keepalived) && keepalived !== before.keepalived,
    )
    await whole()
  })

  it('says who holds the lock of apk', async () => {
    const script = apk.install([{ name: 'haproxy', version: undefined }], { lockSeconds: 1, log: '/tmp/apk.log' })
    const ran = await onHost(
      'lb1',
      `sh -c 'exec 7<>/lib/apk/db/lock; flock 7; exec sleep 20' & i=0; while flock -n /lib/apk/db/lock true && [ $i -lt 300 ]; do sleep 0.1; i=$((i + 1)); done; ( ${script} ) 2>&1; echo "status $?"; kill $!`,
    )
    expect(ran).toMatch(/apk's database is locked by sleep \(process \d+\): sleep 20/)
    expect(ran).toContain('status 100')
  })

  it('refuses a pattern that apk does not know, and tells of a version that is not there', async () => {
    const odd = await cli(['plan', await inventory('odd', { haproxy: { version: '3.*.11' } })])
    expect(odd.code).toBe(1)
    expect(ofType(odd.events, 'error').map(({ message }) => message)).toContainEqual(
      expect.stringContaining('apk knows no pattern 3.*.11'),
    )
    const before = await processes('lb1')
    const gone = await cli(['up', await inventory('gone', { haproxy: { version: '2.8*' } })])
    expect(gone.code).toBe(1)
    expect(gone.stdout).toContain('breaks: world[haproxy~2.8]')
    expect(await processes('lb1')).toEqual(before)
    const pinned = await cli(['up', await inventory('pinned', { haproxy: { version: '3.0*' } })])
    expect(outcome(pinned), pinned.stdout).toMatchObject({ outcome: 'nothing to do' })
  })
})
