import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { onHost } from '../../src/lab/hosts.ts'
import { paths } from '../../src/lab/paths.ts'
import type { Lab } from '../../src/lab/state.ts'
import { cli, ofType, outcome } from './support/cli.ts'
import { anyLab, executionsInLog, holdersOf, inventory } from './support/cluster.ts'

const HOSTS = ['lb1', 'lb2']

describe('the whole job by the ssh of this machine', () => {
  let lab: Lab
  beforeAll(async () => {
    lab = await anyLab()
    const ran = await cli(['up', await inventory('pair')])
    expect(ran.code, ran.stdout).toBe(0)
  })

  it('has nothing to do where the built-in library was before, in two executions a host', async () => {
    const file = await inventory('openssh', { connection: { transport: 'openssh' } })
    const before = await Promise.all(HOSTS.map(executionsInLog))
    const ran = await cli(['up', file])
    expect(ran.code, ran.stdout).toBe(0)
    expect(outcome(ran)).toMatchObject({ outcome: 'nothing to do', executions: 4 })
    const after = await Promise.all(HOSTS.map(executionsInLog))
    expect(after.map((count, index) => count - (before[index] ?? 0))).toEqual([2, 2])
  })

  it('changes the members in turn, proves the VIP from elsewhere, and changes back', async () => {
    const changed = await inventory('openssh-changed', {
      connection: { transport: 'openssh' },
      haproxy: { defaults: { timeouts: { connect: '3s' } } },
    })
    const ran = await cli(['up', changed, '--verbose'])
    expect(ran.code, ran.stdout).toBe(0)
    expect(outcome(ran)).toMatchObject({ outcome: 'done', failed: 0 })
    expect(await holdersOf(lab.vip)).toEqual(['lb1'])
    const passed = ofType(ran.events, 'check').filter(({ status }) => status === 'passed')
    expect(passed.map(({ message }) => message)).toContainEqual(
      expect.stringMatching(/answered 200 to lb2 and the control machine/),
    )
    expect((await cli(['up', await inventory('pair')])).code).toBe(0)
  })

  describe('where nothing but a certificate is let in', () => {
    const key = join(paths.dir, 'id_certified')
    beforeAll(async () => {
      const authority = join(paths.dir, 'user_ca')
      for (const file of [key, authority]) {
        execFileSync('rm', ['-f', file, `${file}.pub`, `${file}-cert.pub`])
        execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', file])
      }
      execFileSync('ssh-keygen', [
        '-q',
        '-s',
        authority,
        '-I',
        'operator',
        '-n',
        'certified',
        '-V',
        '+1h',
        `${key}.pub`,
      ])
      const trusted = execFileSync('cat', [`${authority}.pub`], { encoding: 'utf8' }).trim()
      const script = `useradd -m -s /bin/bash certified 2>/dev/null || true
        echo 'certified ALL=(ALL:ALL) NOPASSWD: ALL' > /etc/sudoers.d/certified && chmod 0440 /etc/sudoers.d/certified
        echo '${trusted}' > /etc/ssh/ca.pub
        printf 'Match User certified\\n  AuthorizedKeysFile none\\nMatch all\\n  TrustedUserCAKeys /etc/ssh/ca.pub\\n' > /etc/ssh/sshd_config.d/certified.conf
        systemctl restart ssh`
      await Promise.all(HOSTS.map(async (host) => await onHost(host, script)))
    })
    afterAll(async () => {
      const script =
        'rm -f /etc/ssh/sshd_config.d/certified.conf /etc/ssh/ca.pub /etc/sudoers.d/certified; systemctl restart ssh; userdel -r certified'
      await Promise.all(HOSTS.map(async (host) => await onHost(host, `${script} 2>/dev/null || true`)))
    })

    const certified = { user: 'certified', identity_file: '../id_certified' }
    /** The bastion knows no authority: it is let in to by the lab's own key. */
    const jump = (): object => ({ host: '127.0.0.1', port: lab.port, user: 'jump', identity_file: '../id_ed25519' })

    it('ssh is chosen for it, and that is said once', async () => {
      const file = await inventory('certified', { connection: { ...certified, jump: jump() } })
      const ran = await cli(['up', file])
      expect(ran.code, ran.stdout).toBe(0)
      expect(outcome(ran)).toMatchObject({ outcome: 'nothing to do', executions: 4 })
      const notes = ofType(ran.events, 'note').map(({ message }) => message)
      expect(notes.filter((message) => message.includes('id_certified has a certificate beside it'))).toHaveLength(1)
    })

    it('the built-in library alone is refused, and says who could', async () => {
      const file = await inventory('certified-ssh2', { connection: { ...certified, jump: jump(), transport: 'ssh2' } })
      const ran = await cli(['up', file])
      expect(ran.code).toBe(4)
      const told = ofType(ran.events, 'unreachable')
      expect(told.map(({ host }) => host).sort()).toEqual(HOSTS)
      for (const { mend } of told) expect(mend).toMatch(/certificate.*transport/)
    })
  })
})
