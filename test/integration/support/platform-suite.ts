import { beforeAll, describe, expect, it } from 'vitest'
import { onHost } from '../../../src/lab/hosts.ts'
import type { Lab } from '../../../src/lab/state.ts'
import { mainPid, PATIENCE, reloadsOf, until, untilWhole } from './breakage.ts'
import { cli, ofType, outcome } from './cli.ts'
import { bareLab, fingerprint, holdersOf, inventory } from './cluster.ts'

/** What a platform is shown by, where it differs from the others. */
export interface PlatformCase {
  /** Its name in the lab. */
  readonly platform: string
  /** How many load balancers: a pair or a trio. */
  readonly count: 2 | 3
  /** Removes the package of haproxy as an operator would. */
  readonly remove: string
  /** What is planned and done after that: some package managers take the configuration along. */
  readonly planned: readonly string[]
  readonly done: readonly string[]
}

/** The value that is changed, which stays changed for what follows. */
export const CHANGED = { defaults: { maxconn: 4321 } }

/** Main processes and how often haproxy was reloaded: what a restart and a reload change. */
interface Processes {
  readonly haproxy: string
  readonly keepalived: string
  readonly reloads: number
}

async function processes(host: string): Promise<Processes> {
  return {
    haproxy: await mainPid(host, 'haproxy'),
    keepalived: await mainPid(host, 'keepalived'),
    reloads: await reloadsOf(host, 'haproxy'),
  }
}

/** From bare to verified, nothing to do, one value changed, drift found and mended, the VIP away and back. */
export function showPlatform(one: PlatformCase, more: (lab: () => Lab, file: () => string) => void): void {
  describe(`${one.count} bare hosts of ${one.platform}`, () => {
    const hosts = ['lb1', 'lb2', 'lb3'].slice(0, one.count)
    let lab: Lab
    let file: string
    beforeAll(async () => {
      lab = await bareLab(one.count, [one.platform])
      file = await inventory(one.platform, { hosts })
    })

    const planOf = async (path: string) => {
      const ran = await cli(['plan', path])
      const planned = ofType(ran.events, 'planned').filter(({ resources }) => resources.length > 0)
      return {
        code: ran.code,
        planned: Object.fromEntries(planned.map(({ host, resources }) => [host, resources.map(({ id }) => id)])),
      }
    }
    const upDoes = async (path: string): Promise<readonly string[]> => {
      const ran = await cli(['up', path])
      expect(ran.code, ran.stdout).toBe(0)
      expect(outcome(ran).outcome).toBe('done')
      return ofType(ran.events, 'action-done').map(({ host, what }) => `${host}: ${what}`)
    }
    const heldBy = async (wanted: string): Promise<void> => {
      await until(
        PATIENCE,
        () => holdersOf(lab.vip, hosts),
        (seen) => seen.join() === wanted,
      )
    }

    it('are planned without being touched', async () => {
      const before = await Promise.all(hosts.map(fingerprint))
      const ran = await cli(['plan', file])
      expect(ran.code, ran.stdout).toBe(2)
      expect(ofType(ran.events, 'planned').map(({ host }) => host)).toEqual(hosts)
      expect(await Promise.all(hosts.map(fingerprint))).toEqual(before)
    })

    it('become a verified HAProxy behind a VIP', async () => {
      const ran = await cli(['up', file])
      expect(ran.code, ran.stdout).toBe(0)
      expect(outcome(ran)).toMatchObject({ outcome: 'done', failed: 0 })
      expect(await holdersOf(lab.vip, hosts)).toEqual(['lb1'])
    })

    it('have nothing to do the second time, at two executions a host', async () => {
      const ran = await cli(['up', file])
      expect(outcome(ran), ran.stdout).toMatchObject({
        outcome: 'nothing to do',
        changed: 0,
        executions: 2 * one.count,
      })
    })

    it('take one changed value by one reload each, the holder last, and no restart', async () => {
      const before = await Promise.all(hosts.map(processes))
      file = await inventory(`${one.platform}-changed`, { hosts, haproxy: CHANGED })
      const done = await upDoes(file)
      expect([...done].sort()).toEqual(
        hosts.flatMap((host) => [`${host}: load haproxy`, `${host}: write /etc/haproxy/haproxy.cfg`]),
      )
      expect(done.slice(-2)).toEqual(['lb1: write /etc/haproxy/haproxy.cfg', 'lb1: load haproxy'])
      const after = await Promise.all(hosts.map(processes))
      expect(after).toEqual(before.map((old) => ({ ...old, reloads: old.reloads + 1 })))
      expect(await planOf(file)).toEqual({ code: 0, planned: {} })
    })

    it('get a package back that was removed by hand', async () => {
      const keepalived = await mainPid('lb2', 'keepalived')
      await onHost('lb2', one.remove, 120)
      expect(await planOf(file)).toEqual({ code: 2, planned: { lb2: one.planned } })
      expect(await upDoes(file)).toEqual(one.done.map((what) => `lb2: ${what}`))
      expect(await mainPid('lb2', 'keepalived')).toBe(keepalived)
      expect(await planOf(file)).toEqual({ code: 0, planned: {} })
    })

    it('get a service enabled again that was disabled by hand', async () => {
      const before = await processes('lb1')
      await onHost('lb1', 'systemctl -q disable haproxy')
      expect(await planOf(file)).toEqual({ code: 2, planned: { lb1: ['service[haproxy]'] } })
      expect(await upDoes(file)).toEqual(['lb1: enable haproxy'])
      expect(await processes('lb1')).toEqual(before)
      expect(await planOf(file)).toEqual({ code: 0, planned: {} })
    })

    it('move the VIP when haproxy stops on the holder, and take it back', async () => {
      await onHost('lb1', 'systemctl stop haproxy')
      await heldBy('lb2')
      await onHost('lb1', 'systemctl start haproxy')
      await heldBy('lb1')
      await untilWhole(file)
    })

    more(
      () => lab,
      () => file,
    )
  })
}
