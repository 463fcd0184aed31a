import { beforeAll, describe, expect, it } from 'vitest'
import { onHost } from '../../src/lab/hosts.ts'
import type { Lab } from '../../src/lab/state.ts'
import { cli, ofType, outcome } from './support/cli.ts'
import { bareLab, executionsInLog, fingerprint, holdersOf, inventory } from './support/cluster.ts'

describe('a bare Debian pair', () => {
  let lab: Lab
  let file: string
  beforeAll(async () => {
    lab = await bareLab()
    file = await inventory('pair')
  })

  it('is planned without being touched', async () => {
    const before = await Promise.all(['lb1', 'lb2'].map(fingerprint))
    const ran = await cli(['plan', file])
    expect(ran.code, ran.stdout).toBe(2)
    expect(ofType(ran.events, 'planned').map(({ host, resources }) => [host, resources.length])).toEqual([
      ['lb1', 12],
      ['lb2', 12],
    ])
    expect(await Promise.all(['lb1', 'lb2'].map(fingerprint))).toEqual(before)
  })

  it('becomes a verified HAProxy behind a VIP', async () => {
    const ran = await cli(['up', file])
    expect(ran.code, ran.stdout).toBe(0)
    expect(outcome(ran)).toMatchObject({ outcome: 'done', failed: 0 })
    expect(await holdersOf(lab.vip)).toEqual(['lb1'])
    expect(await onHost('lb2', `timeout 5 bash -c 'exec 3<>/dev/tcp/${lab.vip}/6443' && echo open`)).toContain('open')
  })

  it('has nothing to do the second time, and costs two executions a host, counted twice', async () => {
    const before = await Promise.all(['lb1', 'lb2'].map(executionsInLog))
    const ran = await cli(['up', file])
    expect(ran.code, ran.stdout).toBe(0)
    expect(outcome(ran)).toMatchObject({ outcome: 'nothing to do', changed: 0, executions: 4 })
    expect(ofType(ran.events, 'host-done').map(({ executions }) => executions)).toEqual([2, 2])
    const after = await Promise.all(['lb1', 'lb2'].map(executionsInLog))
    expect(after.map((count, index) => count - (before[index] ?? 0))).toEqual([2, 2])
  })

  it('plans nothing when nothing differs', async () => {
    const ran = await cli(['plan', file])
    expect(ran.code, ran.stdout).toBe(0)
    expect(outcome(ran).outcome).toBe('nothing to do')
  })

  it('keeps its secret out of everything that is printed', async () => {
    const password = (await onHost('lb1', "sed -n 's/^ *auth_pass //p' /etc/keepalived/keepalived.conf")).trim()
    expect(password).toMatch(/^\w{8}$/)
    const ran = await cli(['up', file, '--verbose'])
    expect(ran.stdout + ran.stderr).not.toContain(password)
    expect(await onHost('lb1', 'stat -c %a /etc/keepalived/keepalived.conf')).toBe('600')
    expect(
      await onHost('lb1', `grep -rl ${password} /var/log /run /tmp /var/lib/ha-provision 2>/dev/null || true`),
    ).toBe('')
  })
})
