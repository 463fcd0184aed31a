import { beforeAll, describe, expect, it } from 'vitest'
import { onHost, startMembers } from '../../src/lab/hosts.ts'
import type { Lab } from '../../src/lab/state.ts'
import type { Event } from '../../src/engine/events.ts'
import { cli, ofType, outcome, startCli } from './support/cli.ts'
import { bareLab, holdersOf, inventory } from './support/cluster.ts'
import {
  aptReached,
  complaint,
  complaints,
  container,
  holdApt,
  holdAptLock,
  letGo,
  releaseApt,
  silence,
  unsilence,
} from './support/faults.ts'

/** A unit of the operator that ends as soon as it is started. */
const DROP_IN = '/run/systemd/system/keepalived.service.d/operator.conf'

function installs(host: string): (event: Event) => boolean {
  return (event) => event.type === 'action-started' && event.host === host && event.what.startsWith('install')
}

/** One pair goes from bare to serving while one thing after the other goes wrong: each run goes on where the last one ended. */
describe('the first up of a bare pair', () => {
  let lab: Lab
  let file: string
  beforeAll(async () => {
    lab = await bareLab()
    file = await inventory('pair')
  })

  it('names who holds the lock of apt, and the host that falls silent', async () => {
    try {
      await holdAptLock('lb1')
      await holdApt('lb2')
      const run = startCli(['up', file])
      await run.seen(installs('lb2'))
      await aptReached('lb2')
      await silence('lb2')
      const ran = await run.ended.finally(() => unsilence('lb2'))
      // What failed outweighs what went out of sight.
      expect(complaints(ran, 1)).toEqual([
        complaint('lb2', /connection lost while “install/, /safe to start again/),
        complaint('lb1', /install .*failed .*lock-frontend.*held by process \d+ \(perl\)/s, /run again/),
      ])
      expect(outcome(ran).outcome).toBe('failed')
    } finally {
      await releaseApt('lb2')
      await letGo('lb1')
    }
  })

  it('says that the disk is full, and what was installed elsewhere', async () => {
    await onHost('lb1', 'mount -t tmpfs -o size=64k tmpfs /var/cache/apt/archives')
    const ran = await cli(['up', file]).finally(() => onHost('lb1', 'umount /var/cache/apt/archives'))
    expect(complaints(ran, 1)).toEqual([complaint('lb1', /install .*failed.*(free space|No space)/s, /run again/)])
    const [lb1, lb2] = ofType(ran.events, 'host-done')
    expect(lb1?.resources).toMatchObject({ 'package[haproxy]': 'failed', 'package[keepalived]': 'failed' })
    // The apt that went on without us in the silent host, or this run, has installed them there.
    expect(lb2?.resources['package[haproxy]']).toMatch(/^(un)?changed$/)
    expect(await onHost('lb1', 'systemctl list-unit-files --state=masked-runtime --no-legend || true')).toBe('')
  })

  it('says that a host died in the middle of the installation', async () => {
    await holdApt('lb1')
    try {
      const run = startCli(['up', file])
      await run.seen(installs('lb1'))
      await aptReached('lb1')
      await container('kill', 'lb1')
      const ran = await run.ended.finally(() => startMembers(lab, ['lb1']))
      expect(complaints(ran, 4)).toEqual([complaint('lb1', /connection lost while “install/, /jump host 127\.0\.0\.1/)])
    } finally {
      await releaseApt('lb1')
    }
  })

  it('takes keepalived back when it does not start, and names what was installed', async () => {
    await onHost(
      'lb1',
      `mkdir -p $(dirname ${DROP_IN}); printf '[Service]\\nExecStart=\\nExecStart=/bin/false\\n' >${DROP_IN}; systemctl daemon-reload`,
    )
    const ran = await cli(['up', file])
    await onHost('lb1', `rm ${DROP_IN}; systemctl daemon-reload`)
    expect(complaints(ran, 1)).toEqual([complaint('lb1', /load keepalived failed.*status=1\/FAILURE/s, /run again/)])
    expect(ofType(ran.events, 'host-done')[0]?.resources).toMatchObject({
      'package[haproxy]': 'changed',
      'package[keepalived]': 'changed',
      'loaded[haproxy]': 'changed',
      'loaded[keepalived]': 'failed',
    })
    expect(await onHost('lb1', 'ls /etc/keepalived; systemctl is-active keepalived haproxy || true')).toBe(
      'keepalived.conf.sample\ninactive\nactive',
    )
  })

  it('ends as an unbroken one does', async () => {
    const ran = await cli(['up', file])
    expect(ran.code, ran.stdout).toBe(0)
    expect(await holdersOf(lab.vip)).toHaveLength(1)
  })
})
