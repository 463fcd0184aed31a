import { expect, it } from 'vitest'
import { onHost } from '../../src/lab/hosts.ts'
import { cli, ofType, outcome } from './support/cli.ts'
import { inventory } from './support/cluster.ts'
import { CHANGED, showPlatform } from './support/platform-suite.ts'

/** In the stand-in's repository: two releases of one version. */
const OLD = '2.6.12-1*'
const NEW = '2.6.12-2*'

function pinned(name: string, version: string): Promise<string> {
  return inventory(name, { haproxy: { ...CHANGED, version } })
}

async function installed(host: string, name: string): Promise<string> {
  return (await onHost(host, `rpm -q --qf '%{VERSION}-%{RELEASE}' ${name}`)).trim()
}

showPlatform(
  {
    platform: 'rocky-9',
    count: 2,
    remove: 'dnf -q -y remove haproxy >/dev/null 2>&1',
    // rpm keeps the file that was changed under another name, and brings its own again.
    planned: ['package[haproxy]', 'file[/etc/haproxy/haproxy.cfg]', 'service[haproxy]', 'loaded[haproxy]'],
    done: ['install haproxy', 'write /etc/haproxy/haproxy.cfg', 'enable haproxy', 'load haproxy'],
  },
  (lab, file) => {
    it('log to the journal, each line with its level', async () => {
      await onHost('lb2', `timeout 5 bash -c 'exec 3<>/dev/tcp/${lab().vip}/6443; echo >&3; cat <&3 >/dev/null'; true`)
      const line = await onHost(
        'lb1',
        'sleep 1; journalctl -u haproxy -p info..info -o cat --no-pager | grep "kube-apiserver/api" | tail -n 1',
      )
      expect(line).toContain(' kube-apiserver kube-apiserver/api')
    })

    it('go down and up to the version that is pinned', async () => {
      expect(await installed('lb2', 'haproxy')).toBe('2.6.12-2.el9')
      const older = await pinned('older', OLD)
      const down = await cli(['up', older])
      expect(down.code, down.stdout).toBe(0)
      expect(await installed('lb2', 'haproxy')).toBe('2.6.12-1.el9')
      expect(outcome(await cli(['up', older]))).toMatchObject({ outcome: 'nothing to do' })

      // A host whose index is older than the version finds it all the same.
      const swap = (from: string, to: string) => `cd /srv/lab-repo && mv repodata ${to} && mv ${from} repodata`
      await onHost(
        'lb2',
        `${swap('old-repodata', 'new-repodata')} && dnf -q clean all && dnf -q makecache && ${swap('new-repodata', 'old-repodata')}`,
      )
      const up = await cli(['up', await pinned('newer', NEW)])
      expect(up.code, up.stdout).toBe(0)
      expect(await installed('lb2', 'haproxy')).toBe('2.6.12-2.el9')
    })

    it('say which version there is not', async () => {
      const ran = await cli(['up', await pinned('none', '9.*')])
      expect(ran.code).toBe(1)
      expect(
        ofType(ran.events, 'error')
          .map(({ message }) => message)
          .join('\n'),
      ).toContain('the repositories have no haproxy that matches 9.*; there are: 2.6.12-1.el9 2.6.12-2.el9')
      expect(outcome(await cli(['up', file()]))).toMatchObject({ outcome: 'nothing to do' })
    })

    it('wait for who holds the lock', async () => {
      await onHost('lb2', 'dnf -q -y remove haproxy >/dev/null 2>&1', 120)
      const holder = await onHost('lb2', 'sleep 25 >/dev/null 2>&1 & echo $! | tee /var/cache/dnf/metadata_lock.pid')
      const ran = await cli(['up', file()])
      expect(ran.code, ran.stdout).toBe(0)
      expect(await onHost('lb2', `[ -d /proc/${holder.trim()} ] || echo ended`)).toContain('ended')
      expect(await installed('lb2', 'haproxy')).toBe('2.6.12-2.el9')
    })
  },
)
