import { beforeAll, describe, expect, it, onTestFailed } from 'vitest'
import { onHost } from '../../src/lab/hosts.ts'
import { until } from '../../src/lab/wait.ts'
import { docker, PATIENCE } from './support/breakage.ts'
import { cli, ofType, startCli } from './support/cli.ts'
import { holdersOf, inventory, type Changes } from './support/cluster.ts'
import {
  complaint,
  complaints,
  configured,
  holdByPerl,
  holdPort,
  letGo,
  refused,
  servingPair,
} from './support/faults.ts'
import { quiet } from './support/kills.ts'

const OPERATOR = '/run/systemd/system/keepalived.service.d/operator.conf'
const BREAK_UNIT = (lines: string) =>
  `mkdir -p $(dirname ${OPERATOR}); printf '[Service]\\n${lines}\\n' >${OPERATOR}; systemctl daemon-reload`
const MEND_UNIT = `rm -f ${OPERATOR}; systemctl daemon-reload`
/** A program of a unit that is at work until it gets a sign; systemd bounds it. */
const HELD = '/bin/sh -c "while [ ! -e /run/go ]; do sleep 0.1; done"'

/** A frontend that the pair does not have yet. */
function another(bind: string): Changes {
  return { haproxy: { frontends: { other: { bind, servers: { api1: '192.0.2.1:6443' } } } } }
}

describe('a change of a serving pair that fails', () => {
  let plain: string
  let vip: string
  let before: readonly string[]
  const both = async () => await Promise.all(['lb1', 'lb2'].map(configured))
  /** Runs `up` with a changed inventory, expects this, and the pair as it was. */
  const fails = async (name: string, changes: Changes, ...expected: readonly unknown[]) => {
    expect(await refused(['up', await inventory(name, changes)], 1)).toEqual(expected)
    expect(await both()).toEqual(before)
    expect(await holdersOf(vip)).toHaveLength(1)
  }
  beforeAll(async () => {
    const { lab, file } = await servingPair()
    plain = file
    vip = lab.vip
    // The member with the highest priority takes the VIP back in its own time.
    await until('lb1 holds the VIP', PATIENCE, async () => (await holdersOf(lab.vip)).join() === 'lb1')
    before = await both()
  })

  it('an interface that is not there, an address of somebody else', async () => {
    const none = /there is no interface eth7/
    const mend = /set vips\.\*\.interface to one of: eth0/
    await fails('interface', { vip: { interface: 'eth7' } }, complaint('lb1', none, mend), complaint('lb2', none, mend))
    const address = vip.replace(/\d+$/, '77')
    const own = complaint(
      'lb1',
      /\.77 is not an address of this host/,
      /set load_balancers\.lb1\.address to one of: .*\.11\b/,
    )
    await fails('address', { host: { lb1: { address } } }, own)
  })

  it('a distribution that nobody has taught it', async () => {
    await onHost(
      'lb1',
      `sed 's/^ID=.*/ID=plan9/; s/^PRETTY_NAME=.*/PRETTY_NAME="Plan 9"/' /usr/lib/os-release >/run/os-release && mount --bind /run/os-release /usr/lib/os-release`,
    )
    try {
      await fails(
        'plan9',
        {},
        complaint(
          'lb1',
          /Plan 9 with systemd and apt-get is not supported/,
          /supported are: debian 11, 12, 13; ubuntu/,
        ),
      )
    } finally {
      await onHost('lb1', 'umount /usr/lib/os-release; rm /run/os-release')
    }
  })

  it('no room for a file', async () => {
    // What is there stays, and two blocks of 4 KiB are all there is.
    await onHost(
      'lb2',
      'mkdir /run/full && cp -a /etc/haproxy/haproxy.cfg /run/full && mount -t tmpfs -o size=8k tmpfs /etc/haproxy && cp -a /run/full/haproxy.cfg /etc/haproxy && head -c 4096 /dev/zero >/etc/haproxy/filler',
    )
    try {
      expect(await refused(['up', await inventory('full', { haproxy: { global: { maxconn: 4321 } } })], 1)).toEqual([
        complaint(
          'lb2',
          /write \/etc\/haproxy\/haproxy\.cfg failed.*could not be written; it was not changed.*100%.*\/etc\/haproxy/s,
          /run again/,
        ),
      ])
      expect(await onHost('lb2', 'ls /etc/haproxy')).toBe('filler\nhaproxy.cfg')
    } finally {
      await onHost('lb2', 'umount /etc/haproxy; rm -r /run/full')
    }
    expect(await both()).toEqual(before)
  })

  it('a configuration that haproxy refuses, and one that keepalived refuses', async () => {
    const haproxy = complaint(
      'lb2',
      /unknown keyword 'nonsense'.*haproxy\.cfg was refused by haproxy; the file was not changed/s,
      /run again/,
    )
    await fails('nonsense-haproxy', { haproxy: { global: { extra: 'nonsense here' } } }, haproxy)
    const keepalived = complaint(
      'lb2',
      /Unknown keyword 'nonsense'.*keepalived\.conf was refused by keepalived; the file was not changed/s,
      /run again/,
    )
    await fails('nonsense-keepalived', { keepalived: { extra: { global: 'nonsense here' } } }, keepalived)
  })

  it('a port that a foreign program holds', async () => {
    const held = complaint(
      'lb2',
      /port 7443 is held by perl \(process \d+\), not by haproxy/,
      /stop perl there, or give/,
    )
    try {
      await holdPort('lb2', 7443)
      await fails('foreign-port', another('*:7443'), held)
    } finally {
      await letGo('lb2')
    }
  })

  it('a haproxy that is down, and a foreign program on its port', async () => {
    onTestFailed(async () => {
      await onHost('lb2', 'systemctl start haproxy')
    })
    await onHost('lb2', 'systemctl stop haproxy')
    try {
      await holdPort('lb2', 6443)
      expect(await refused(['up', plain], 1)).toEqual([
        complaint('lb2', /port 6443 is held by perl \(process \d+\)/, /stop perl there/),
      ])
    } finally {
      await letGo('lb2')
    }
    expect((await cli(['up', plain])).code).toBe(0)
    before = await both()
  })

  it('a reload that does not take: the old configuration goes on', async () => {
    // Bound and not listening: nobody sees it before haproxy stumbles over it.
    const bind = 'use Socket; socket(S, PF_INET, SOCK_STREAM, 0); bind(S, sockaddr_in(8443, INADDR_ANY)) or die'
    const stumbled = complaint(
      'lb2',
      /did not take its new configuration: the old one goes on.*cannot bind socket \(Address already in use\) for \[0\.0\.0\.0:8443\]/s,
      /run again/,
    )
    try {
      await holdByPerl('lb2', bind)
      await fails('bound-port', another('*:8443'), stumbled)
    } finally {
      await letGo('lb2')
    }
  })

  it('a keepalived that ends as soon as it is started', async () => {
    const change = { keepalived: { garp: { master_delay: '7s' } } }
    await onHost('lb2', `systemctl stop keepalived; ${BREAK_UNIT('Type=simple\\nExecStart=\\nExecStart=/bin/false')}`)
    const file = await inventory('ends', change)
    const told = await refused(['up', file], 1).finally(() => onHost('lb2', MEND_UNIT))
    expect(told).toEqual([complaint('lb2', /load keepalived failed.*status=1\/FAILURE/s, /run again/)])
    expect(
      await onHost(
        'lb2',
        'grep -c 7 /etc/keepalived/keepalived.conf; grep garp_master_delay /etc/keepalived/keepalived.conf || true',
      ),
    ).not.toContain('garp_master_delay 7')
    expect(await holdersOf(vip)).toEqual(['lb1'])
    expect((await cli(['up', plain])).code).toBe(0)
  })

  it('sshd that is killed, and a bastion that goes, while a host is at work', async () => {
    const cuts = [
      { name: 'sshd', cut: () => onHost('lb2', "pkill -KILL -f '^sshd: ops'"), value: '7s' },
      { name: 'bastion', cut: () => docker(['restart', '--time', '1'], ['bastion']), value: '8s' },
    ]
    for (const { name, cut, value } of cuts) {
      await onHost('lb2', `rm -f /run/go; ${BREAK_UNIT(`ExecReload=\\nExecReload=${HELD}`)}`)
      const run = startCli(['up', await inventory(`cut-${name}`, { keepalived: { garp: { master_delay: value } } })])
      try {
        await run.seen(
          (event) => event.type === 'action-started' && event.host === 'lb2' && event.what === 'load keepalived',
        )
        await cut()
        const ran = await run.ended
        expect(complaints(ran, 4)).toEqual([
          complaint(
            'lb2',
            /connection lost while .*load keepalived/,
            /whether the host, and its jump host 127\.0\.0\.1, still runs/,
          ),
        ])
        expect(ofType(ran.events, 'host-done')[1]?.resources['file[/etc/keepalived/keepalived.conf]']).toBe('changed')
      } finally {
        await onHost('lb2', `touch /run/go; ${MEND_UNIT}`)
        // The next round takes the sign away: nobody may look for it any more.
        await quiet()
      }
    }
    const healed = await cli(['up', plain])
    expect(healed.code, healed.stdout).toBe(0)
  })
})
