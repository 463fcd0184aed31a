import { expect, it, onTestFailed } from 'vitest'
import { onHost } from '../../src/lab/hosts.ts'
import { cli, outcome } from './support/cli.ts'
import { inventory } from './support/cluster.ts'
import { CHANGED, showPlatform } from './support/platform-suite.ts'

const hosts = ['lb1', 'lb2', 'lb3']

showPlatform(
  {
    platform: 'centos-7',
    count: 3,
    remove: 'yum -q -y remove haproxy >/dev/null 2>&1',
    // rpm keeps the file that was changed under another name, and brings its own again.
    planned: ['package[haproxy]', 'file[/etc/haproxy/haproxy.cfg]', 'service[haproxy]', 'loaded[haproxy]'],
    done: ['install haproxy', 'write /etc/haproxy/haproxy.cfg', 'enable haproxy', 'load haproxy'],
  },
  (_lab, file) => {
    it('go down to the version that is pinned, which yum calls a downgrade', async () => {
      onTestFailed(async () => {
        await cli(['up', file()])
      })
      const older = await inventory('older', { hosts, haproxy: { ...CHANGED, version: '2.2.9-1*' } })
      const down = await cli(['up', older])
      expect(down.code, down.stdout).toBe(0)
      for (const host of hosts) expect(await onHost(host, 'rpm -q haproxy')).toContain('haproxy-2.2.9-1.el7')
      expect(outcome(await cli(['up', older]))).toMatchObject({ outcome: 'nothing to do' })
    })

    it('wait for who holds the lock', async () => {
      await onHost('lb3', 'yum -q -y remove haproxy >/dev/null 2>&1', 120)
      const holder = await onHost('lb3', 'sleep 25 >/dev/null 2>&1 & echo $! | tee /var/run/yum.pid')
      const ran = await cli(['up', file()])
      expect(ran.code, ran.stdout).toBe(0)
      expect(await onHost('lb3', `[ -d /proc/${holder.trim()} ] || echo ended`)).toContain('ended')
      expect(await onHost('lb3', 'rpm -q haproxy')).toContain('haproxy-2.2.9')
    })
  },
)
