import { expect, it } from 'vitest'
import { onHost } from '../../src/lab/hosts.ts'
import { showPlatform } from './support/platform-suite.ts'

showPlatform(
  {
    platform: 'rocky-9',
    count: 2,
    remove: 'dnf -q -y remove haproxy >/dev/null 2>&1',
    // rpm keeps the file that was changed under another name, and brings its own again.
    planned: ['package[haproxy]', 'file[/etc/haproxy/haproxy.cfg]', 'service[haproxy]', 'loaded[haproxy]'],
    done: ['install haproxy', 'write /etc/haproxy/haproxy.cfg', 'enable haproxy', 'load haproxy'],
  },
  (lab) => {
    it('log to the journal, each line with its level', async () => {
      await onHost('lb2', `timeout 5 bash -c 'exec 3<>/dev/tcp/${lab().vip}/6443; echo >&3; cat <&3 >/dev/null'; true`)
      const line = await onHost(
        'lb1',
        'sleep 1; journalctl -u haproxy -p info..info -o cat --no-pager | grep "kube-apiserver/api" | tail -n 1',
      )
      expect(line).toContain(' kube-apiserver kube-apiserver/api')
    })
  },
)
