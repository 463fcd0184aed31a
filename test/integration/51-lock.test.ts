import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Event } from '../../src/engine/events.ts'
import { onHost } from '../../src/lab/hosts.ts'
import { cli, ofType, outcome, startCli, type Ran } from './support/cli.ts'
import { anyLab, inventory } from './support/cluster.ts'
import { any, on, PAIR, quiet } from './support/kills.ts'
import { reached, slowDown, speedUp, type Slow } from './support/slow.ts'

/** lb2 is the first of a live change: its judge is held, so that a run is at work as long as a test needs it. */
const SLOW: Slow = { host: 'lb2', program: 'haproxy', words: '*ha-provision-new*', held: true }

/** The program has heard the first signal. */
function interrupted(event: Event): boolean {
  return event.type === 'warning' && event.message.startsWith('interrupted')
}

function errors(ran: Ran): string {
  return ofType(ran.events, 'error')
    .map(({ host, message, mend }) => `${host ?? ''}: ${message} ${mend ?? ''}`)
    .join('\n')
}

/** Who holds the lock of a host, by what it left there; nothing when it is free. */
async function lockOn(host: string): Promise<string> {
  return (await onHost(host, 'flock -n /run/ha-provision/lock true || cat /run/ha-provision/owner')).trim()
}

describe('the lock', () => {
  let usual: string
  let other: string
  let third: string

  beforeAll(async () => {
    await anyLab()
    usual = await inventory('lock-usual')
    other = await inventory('lock-other', { haproxy: { global: { maxconn: 2000 } } })
    third = await inventory('lock-third', { haproxy: { global: { maxconn: 2001 } } })
  })

  beforeEach(async () => {
    const ran = await cli(['up', usual])
    expect(ran.code, ran.stdout).toBe(0)
  })
  afterEach(() => speedUp(SLOW))

  it('refuses a second operator and says who has it, from where, since when', async () => {
    await slowDown(SLOW)
    const first = startCli(['up', other])
    await reached(SLOW)
    const second = await cli(['up', third])
    await speedUp(SLOW)
    expect(second.code).toBe(1)
    expect(errors(second)).toMatch(
      /^lb1: locked by \S+@\S+ \(process \d+\) since \d{4}-\d\d-\d\dT[\d:.]+Z wait .*--force-unlock$/,
    )
    expect(ofType(second.events, 'action-started')).toEqual([])
    const ran = await first.ended
    expect(ran.code, ran.stdout).toBe(0)
    expect(await Promise.all(PAIR.map(lockOn))).toEqual(['', ''])
  })

  it('of a run that was killed is free at once, and what it left at work is waited for', async () => {
    await slowDown(SLOW)
    const first = startCli(['up', other])
    await reached(SLOW)
    first.kill('SIGKILL')
    await first.ended
    const second = startCli(['up', other])
    await second.seen(any('waiting'))
    await speedUp(SLOW)
    const next = await second.ended
    expect(next.code, next.stdout).toBe(0)
    expect(ofType(next.events, 'waiting').map(({ what }) => what)).toContain(
      'an action of an earlier run is still at work on lb2: waiting for it',
    )
    expect(outcome(await cli(['up', other])).outcome).toBe('nothing to do')
  })

  it('is taken by force: the other run begins nothing more, and says why', async () => {
    await slowDown(SLOW)
    const first = startCli(['up', other])
    await reached(SLOW)
    const second = startCli(['up', third, '--force-unlock'])
    await second.seen(any('waiting'))
    await speedUp(SLOW)
    const [lost, taken] = await Promise.all([first.ended, second.ended])
    expect(taken.code, taken.stdout).toBe(0)
    expect(lost.code, lost.stdout).toBe(1)
    expect(errors(lost)).toContain('the lock is lost')
    expect(ofType(lost.events, 'action-started').map(({ host }) => host)).not.toContain('lb1')
    expect(outcome(await cli(['up', third])).outcome).toBe('nothing to do')
  })

  it('is given back by a run that is interrupted: it ends what it began, and tells what is not done', async () => {
    await slowDown(SLOW)
    const first = startCli(['up', other])
    await reached(SLOW)
    first.kill('SIGINT')
    await first.seen(interrupted)
    await speedUp(SLOW)
    const ran = await first.ended
    expect(ran.code, ran.stdout).toBe(130)
    expect(outcome(ran)).toMatchObject({ outcome: 'interrupted', exitCode: 130, failed: 0 })
    const [backup] = ofType(ran.events, 'host-done').filter(({ host }) => host === 'lb2')
    const [holder] = ofType(ran.events, 'host-done').filter(({ host }) => host === 'lb1')
    expect(backup?.resources['loaded[haproxy]']).toBe('changed')
    expect(holder?.resources['loaded[haproxy]']).toBe('not done')
    expect(ofType(ran.events, 'put-back')).toEqual([])
    expect(await Promise.all(PAIR.map(lockOn))).toEqual(['', ''])
    const next = await cli(['up', other])
    expect(next.code, next.stdout).toBe(0)
  })

  it('is not in the way of one that is interrupted twice: it leaves at once', async () => {
    await slowDown(SLOW)
    const first = startCli(['up', other])
    await reached(SLOW)
    first.kill('SIGINT')
    await first.seen(interrupted)
    first.kill('SIGINT')
    // What it began is held: it ends only if it does not wait for that.
    const ran = await Promise.race([first.ended, sleep(60_000, undefined, { ref: false })])
    expect(ran?.code).toBe(130)
    await speedUp(SLOW)
    const next = await cli(['up', other])
    expect(next.code, next.stdout).toBe(0)
  })

  it('can be waited for no longer: an interruption ends the wait for an orphan', async () => {
    await slowDown(SLOW)
    const first = startCli(['up', other])
    await reached(SLOW)
    first.kill('SIGKILL')
    const second = startCli(['up', third])
    await second.seen(any('waiting'))
    second.kill('SIGINT')
    const ran = await second.ended
    await speedUp(SLOW)
    expect(ran.code, ran.stdout).toBe(130)
    expect(ofType(ran.events, 'action-started')).toEqual([])
    await quiet()
    expect(await Promise.all(PAIR.map(lockOn))).toEqual(['', ''])
  })

  it('makes two runs that begin at the same moment one: the other is refused or finds nothing to do', async () => {
    const both = await Promise.all([cli(['up', other]), cli(['up', other])])
    const outcomes = both.map((ran) => outcome(ran).outcome).toSorted()
    expect(outcomes).toContain('done')
    for (const ran of both.filter(({ code }) => code !== 0)) expect(errors(ran)).toContain('locked by')
    const acted = both.filter(({ events }) => events.some(on('action-started', 'lb1', 'haproxy')))
    expect(acted).toHaveLength(1)
    expect(outcome(await cli(['up', other])).outcome).toBe('nothing to do')
  })
})
