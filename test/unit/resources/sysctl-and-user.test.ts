import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { debian } from '../../../src/platform/debian.ts'
import { kinds } from '../../../src/resources/index.ts'
import { sysctlPath, sysctlResource } from '../../../src/resources/sysctl.ts'
import { userResource } from '../../../src/resources/user.ts'
import { runShell, shells } from '../support/shells.ts'
import { me } from '../support/wanted.ts'

describe('sysctl', () => {
  test.each([
    ['net.ipv4.ip_nonlocal_bind', '/proc/sys/net/ipv4/ip_nonlocal_bind'],
    ['net/ipv4/conf/eth0.41/arp_ignore', '/proc/sys/net/ipv4/conf/eth0.41/arp_ignore'],
    ['kernel.ostype', '/proc/sys/kernel/ostype'],
  ])('%s is %s', (key, path) => {
    expect(sysctlPath(key)).toBe(path)
  })

  test.each([
    ['1\n', '1', []],
    ['4096\t131072\t6291456\n', '4096 131072 6291456', []],
    ['0\n', '1', [{ property: 'value', before: '0', after: '1' }]],
    ['absent\n', '1', [{ property: 'value', before: 'absent', after: '1' }]],
  ])('%j for %s', (output, value, changes) => {
    const comparison = sysctlResource('net.ipv4.x', value).compare(output)
    expect(comparison.changes).toEqual(changes)
    expect(comparison.actions).toEqual(changes.map(() => ({ do: 'sysctl', key: 'net.ipv4.x', value })))
  })

  test.each(shells)('a key of this machine is read by $name', async (shell) => {
    const value = readFileSync('/proc/sys/kernel/ostype', 'utf8').trim()
    const resource = sysctlResource('kernel.ostype', value)
    const { stdout } = await runShell(shell, resource.probe(debian))
    expect(resource.compare(stdout).changes).toEqual([])
    expect(resource.compare(`${stdout}x`).changes).toHaveLength(1)
  })

  test.each(shells)('a key that is not there is absent to $name', async (shell) => {
    const { stdout } = await runShell(shell, sysctlResource('net/no/such/key', '1').probe(debian))
    expect(stdout).toBe('absent\n')
  })
})

describe('user', () => {
  test.each(shells)('one who is there needs nothing ($name)', async (shell) => {
    const resource = userResource(me.owner)
    const { stdout } = await runShell(shell, resource.probe(debian))
    expect(resource.compare(stdout)).toEqual({ changes: [], actions: [] })
  })

  test.each(shells)('one who is not there is made ($name)', async (shell) => {
    const resource = userResource('no-such-user')
    const { stdout } = await runShell(shell, resource.probe(debian))
    expect(resource.compare(stdout)).toEqual({
      changes: [{ property: 'account', before: 'absent', after: 'system user' }],
      actions: [{ do: 'user', name: 'no-such-user' }],
    })
  })
})

test('ids are those that events and messages name', () => {
  expect(sysctlResource('net.ipv4.x', '1').id).toBe('sysctl[net.ipv4.x]')
  expect(userResource('keepalived_script').id).toBe('user[keepalived_script]')
})

test('repositories come before packages, these before users, users before files, a CIB goes before files come, files before what reads them', () => {
  expect(kinds.map(({ kind }) => kind)).toEqual([
    'repository',
    'package',
    'firewall',
    'selinux',
    'user',
    'cleared',
    'file',
    'sysctl',
    'seeded',
    'override',
    'service',
    'loaded',
  ])
})
