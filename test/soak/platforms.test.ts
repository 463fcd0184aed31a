import { expect, it } from 'vitest'
import { onHost } from '../../src/lab/hosts.ts'
import { executionsInLog } from '../integration/support/cluster.ts'
import { cli } from '../integration/support/cli.ts'
import { showPlatform } from '../integration/support/platform-suite.ts'

/*
 * Every release that comes by apt, real packages and real systemd, beside Debian 12, on which all the other tests run.
 * Not in `npm test`: Ubuntu's archive is not everywhere. One of them: npx vitest run --project soak platforms -t ubuntu-22.04
 */
const RELEASES = [
  { platform: 'debian-11', haproxy: '2.2.', keepalived: '2.1.' },
  { platform: 'debian-13', haproxy: '3.0.', keepalived: '2.3.' },
  { platform: 'ubuntu-20.04', haproxy: '2.0.', keepalived: '2.0.' },
  { platform: 'ubuntu-22.04', haproxy: '2.4.', keepalived: '2.2.' },
  { platform: 'ubuntu-24.04', haproxy: '2.8.', keepalived: '2.2.' },
] as const

for (const { platform, haproxy, keepalived } of RELEASES) {
  showPlatform(
    {
      platform,
      count: 2,
      remove: 'DEBIAN_FRONTEND=noninteractive apt-get -q -y remove haproxy >/dev/null 2>&1',
      // dpkg keeps the configuration of what is only removed, and the package enables its service as it comes back.
      planned: ['package[haproxy]', 'service[haproxy]', 'loaded[haproxy]'],
      done: ['install haproxy', 'load haproxy'],
    },
    (_lab, file) => {
      it('are what they are called, by the programs they run', async () => {
        const versions = await onHost(
          'lb1',
          '. /etc/os-release; echo "$ID-$VERSION_ID"; haproxy -v; keepalived -v 2>&1',
        )
        expect(versions.split('\n')[0]).toBe(platform)
        expect(versions).toMatch(new RegExp(`^HA-?Proxy version ${haproxy.replaceAll('.', '\\.')}`, 'm'))
        expect(versions).toMatch(new RegExp(`^Keepalived v${keepalived.replaceAll('.', '\\.')}`, 'm'))
      })

      it('count two executions a host in their own logs too', async () => {
        const before = await Promise.all(['lb1', 'lb2'].map(executionsInLog))
        const ran = await cli(['up', file()])
        expect(ran.code, ran.stdout).toBe(0)
        const after = await Promise.all(['lb1', 'lb2'].map(executionsInLog))
        expect(after.map((count, at) => count - (before[at] ?? 0))).toEqual([2, 2])
      })
    },
  )
}
