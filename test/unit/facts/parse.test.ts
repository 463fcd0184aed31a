import { describe, expect, test } from 'vitest'
import { gather } from '../../../src/facts/gather.ts'
import { parseMembers, renderMembers } from '../../../src/facts/members.ts'
import { parseFacts } from '../../../src/facts/parse.ts'
import { factsScript } from '../../../src/facts/script.ts'
import { HostError } from '../../../src/lib/errors.ts'
import { fakeConnection } from '../support/fake-connection.ts'
import { runShell, shells } from '../support/shells.ts'

const SECTIONS = {
  os: 'ID=debian\nVERSION_ID="12"\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"',
  init: 'systemd',
  programs: 'apt-get\nsystemctl',
  machine: 'x86_64\nlb1\nops\n1000',
  links: 'eth0\nlo',
  addresses: '2: eth0    inet 10.0.0.11/24 brd 10.0.0.255 scope global eth0\\       valid_lft forever',
  haproxy: 'HAProxy version 2.6.12-1+deb12u3 2025/10/03 - https://haproxy.org/',
  build: '+EPOLL -KQUEUE +OPENSSL -LUA',
  keepalived: 'Keepalived v2.2.7 (01/16,2022)',
  corosync: "Corosync Cluster Engine, version '3.1.7'",
  pacemaker: 'Pacemaker 2.1.5',
  firewall: 'none',
  selinux: 'none',
  networkd: '',
  repositories: '',
  space: '1024\n2048',
  'keepalived.conf': 'auth_pass hunter22',
  'haproxy.cfg': '',
  'corosync.conf': 'totem {\n}',
  authkey: 'c2Vj\ncmV0\n',
  members: '[{"name":"lb1","address":"10.0.0.11","host":"lb1","port":22}]',
}

function output(more: Partial<Record<keyof typeof SECTIONS, string>> = {}): string {
  return Object.entries({ ...SECTIONS, ...more })
    .map(([name, text]) => `MARK ${name}\n${text}\n`)
    .join('')
}

function parsed(more: Partial<Record<keyof typeof SECTIONS, string>> = {}) {
  return parseFacts('lb1', output(more), 'MARK')
}

test('everything a host tells', () => {
  const facts = parsed()
  expect(facts).toMatchObject({
    host: 'lb1',
    platform: 'debian',
    init: 'systemd',
    programs: ['apt-get', 'systemctl'],
    architecture: 'x86_64',
    hostname: 'lb1',
    user: { name: 'ops', uid: 1000 },
    interfaces: [
      { name: 'eth0', addresses: [{ address: '10.0.0.11', prefix: 24, family: 4 }] },
      { name: 'lo', addresses: [] },
    ],
    free: { etc: 1024 * 1024, var: 2048 * 1024 },
    members: [{ name: 'lb1', address: '10.0.0.11', host: 'lb1', port: 22 }],
  })
  expect(facts.configs.keepalived?.reveal()).toBe('auth_pass hunter22')
  expect(facts.configs.haproxy).toBeUndefined()
  expect(facts.configs.corosync?.reveal()).toBe('totem {\n}')
  expect(facts.configs.authkey?.reveal()).toBe('c2VjcmV0')
  expect(facts.versions.corosync).toEqual({ version: '3.1.7', installed: true })
  expect(facts.versions.pacemaker).toEqual({ version: '2.1.5', installed: true })
  expect(JSON.stringify(facts)).not.toContain('c2VjcmV0')
  expect(JSON.stringify(facts)).not.toContain('hunter22')
})

describe('versions', () => {
  test.each([
    ['HAProxy version 2.6.12-1+deb12u3 2025/10/03 - https://haproxy.org/', '2.6.12'],
    ['HA-Proxy version 1.8.27-493ce0b 2020/11/06', '1.8.27'],
    ['HAProxy version 2.8.5-1ubuntu3 2024/04/01 - https://haproxy.org/', '2.8.5'],
    ['HAProxy version 3.1-dev0-5c4ea6-12 2024/05/29 - https://haproxy.org/', '3.1'],
  ])('%s', (haproxy, version) => {
    expect(parsed({ haproxy }).versions.haproxy).toEqual({ version, installed: true })
  })

  test.each([
    ['Keepalived v2.2.7 (01/16,2022)', '2.2.7'],
    ['Keepalived v2.2.8 (04/04,2023), git commit v2.2.7-154-g292b299e+', '2.2.8'],
    ['Keepalived v1.3.5 (03/19,2017), git commit v1.3.5-6-g6fa32f2', '1.3.5'],
  ])('%s', (keepalived, version) => {
    expect(parsed({ keepalived }).versions.keepalived).toEqual({ version, installed: true })
  })

  test.each([
    '',
    'sh: 12: keepalived: not found',
    'sh: keepalived: not found',
    'bash: line 9: keepalived: command not found',
  ])('%j is the usual one, not installed', (said) => {
    expect(parsed({ keepalived: said, haproxy: said, corosync: said, pacemaker: said }).versions).toEqual({
      haproxy: { version: '2.6.12', installed: false },
      keepalived: { version: '2.2.7', installed: false },
      corosync: { version: '3.1.7', installed: false },
      pacemaker: { version: '2.1.5', installed: false },
    })
  })
})

describe('platforms', () => {
  test.each([
    ['Ubuntu', 'ID=ubuntu\nID_LIKE=debian\nVERSION_ID=22.04'],
    ['what is like Debian', 'ID=raspbian\nID_LIKE=debian'],
    ['what is like Ubuntu first', 'ID=linuxmint\nID_LIKE="ubuntu debian"'],
  ])('%s', (_, os) => {
    expect(parsed({ os }).platform).toBe('debian')
  })

  test.each([
    [
      'Rocky',
      'ID="rocky"\nID_LIKE="rhel centos fedora"\nPRETTY_NAME="Rocky Linux 9.4 (Blue Onyx)"',
      'systemd',
      'Rocky Linux 9.4 (Blue Onyx) with systemd and apt-get',
    ],
    ['Debian without systemd', SECTIONS.os, 'sysvinit', 'Debian GNU/Linux 12 (bookworm) with sysvinit and apt-get'],
    ['nothing at all', '', '', 'an unknown system with no known init system and apt-get'],
  ])('%s is not supported, and is told what is', (_, os, init, what) => {
    const told = expectThrown(() => parsed({ os, init }))
    expect(told).toContain(`lb1: ${what} is not supported`)
    expect(told).toContain(
      'supported are: debian 11, 12, 13; ubuntu 20.04, 22.04, 24.04, 26.04 (with apt-get and systemd)',
    )
  })
})

describe('cut off', () => {
  test('whatever section is the last that came, it is an error that names the host', () => {
    const whole = output()
    for (const name of Object.keys(SECTIONS).slice(1)) {
      const told = expectThrown(() => parseFacts('lb1', whole.slice(0, whole.indexOf(`MARK ${name}\n`)), 'MARK'))
      expect(told).toMatch(/^lb1: the facts lack '/)
    }
  })

  test('another marker is nothing', () => {
    expect(expectThrown(() => parseFacts('lb1', output(), 'OTHER'))).toContain('cut off')
  })
})

describe('gathered', () => {
  test('a script that printed nothing is told with what it said', async () => {
    const connection = fakeConnection('lb1', {
      run: () => Promise.resolve({ code: 3, stdout: '', stderr: 'no shell\n' }),
    })
    await expect(gather(connection)).rejects.toThrow('the facts script printed nothing (exit status 3): no shell')
  })

  test.each(shells)('this machine tells every section, through $name', async (shell) => {
    const { stdout, code } = await runShell(shell, factsScript('MARK'))
    const names = [...stdout.matchAll(/^MARK (.*)$/gm)].map(([, name]) => name)
    expect(names.toSorted()).toEqual(Object.keys(SECTIONS).toSorted())
    expect(code).toBeLessThan(2)
    const links = /^MARK links\n([\s\S]*?)^MARK/m.exec(stdout)?.[1]?.split('\n')
    expect(links).toContain('lo')
  })
})

describe('members', () => {
  const members = [{ name: 'lb1', address: '10.0.0.11', host: 'lb1.example', port: 2222 }]

  test('are read back as written', () => {
    expect(parseMembers(renderMembers(members))).toEqual(members)
  })

  test.each(['', '[', '{}', '[{"name":"lb1"}]', 'null', '[{"name":1,"address":"a","host":"b","port":22}]'])(
    '%j are none',
    (json) => {
      expect(parseMembers(json)).toBeUndefined()
    },
  )
})

function expectThrown(act: () => unknown): string {
  try {
    act()
  } catch (error) {
    expect(error).toBeInstanceOf(HostError)
    return error instanceof HostError ? error.describe() : ''
  }
  throw new Error('nothing was thrown')
}
