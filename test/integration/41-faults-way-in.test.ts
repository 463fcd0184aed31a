import { readFile } from 'node:fs/promises'
import { beforeAll, describe, expect, it } from 'vitest'
import { onHost } from '../../src/lab/hosts.ts'
import { paths } from '../../src/lab/paths.ts'
import { cli, ofType, outcome } from './support/cli.ts'
import { inventory } from './support/cluster.ts'
import {
  besideKeys,
  complaint,
  container,
  refused,
  servingPair,
  silence,
  unsilence,
  untouched,
} from './support/faults.ts'

/** What every host behind the bastion is told when the bastion itself does not let us in. */
function bothHosts(message: RegExp, mend: RegExp): readonly unknown[] {
  return ['lb1', 'lb2'].map((host) => complaint(host, message, mend))
}

describe('a host that does not let us in', () => {
  let plain: string
  let before: readonly string[]
  beforeAll(async () => {
    plain = (await servingPair()).file
    before = await untouched()
  })

  it.each([
    { key: '..', why: /EISDIR: illegal operation on a directory/ },
    { key: '../no-such-key', why: /no-such-key: it cannot be read: ENOENT/ },
    { key: '../known_hosts', why: /known_hosts: it is not a private key/ },
  ])('an identity file that is none: $key', async ({ key, why }) => {
    const file = await inventory('keys', { connection: { identity_file: key } })
    expect(await refused(['up', file], 4)).toEqual(bothHosts(why, /connection\.identity_file wants the private key/))
  })

  it('a passphrase that is wrong, or that nobody gave', async () => {
    const file = await inventory('encrypted', { connection: { identity_file: '../id_encrypted' } })
    expect(await refused(['up', file], 4, { HA_PROVISION_PASSPHRASE: 'not-this-one' })).toEqual(
      bothHosts(/id_encrypted: the passphrase is wrong/, /HA_PROVISION_PASSPHRASE .*ssh-add/),
    )
    expect(await refused(['up', file], 1)).toEqual([
      complaint(undefined, /passphrase of .*id_encrypted is needed/, /HA_PROVISION_PASSPHRASE/),
    ])
    expect((await cli(['up', file], { HA_PROVISION_PASSPHRASE: 'lab-passphrase' })).code).toBe(0)
  })

  it('an unknown and a changed host key, with their fingerprints', async () => {
    const known = await readFile(paths.knownHosts, 'utf8')
    const keyOf = (name: string) =>
      / (ssh-\S+ \S+)/.exec(known.split('\n').find((line) => line.startsWith(name)) ?? '')?.[1]
    const without = known.replace(/^lb1,.*\n/m, '')
    const fingerprint = async (host: string) =>
      (await onHost(host, 'ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key')).split(' ')[1] ?? ''
    const [shown, other] = await Promise.all(['lb1', 'lb2'].map(fingerprint))

    const unknown = await inventory('unknown-key', {
      connection: { known_hosts: await besideKeys('known_less', without) },
    })
    expect(await refused(['up', unknown], 4)).toEqual([
      complaint(
        'lb1',
        /lb1 is not in known_hosts; it shows the ED25519 key SHA256:/,
        /echo 'lb1 ssh-ed25519 .*known_less/,
      ),
    ])

    const swapped = await besideKeys('known_swapped', `${without}lb1 ${keyOf('lb2') ?? ''}\n`)
    const changed = await inventory('changed-key', { connection: { known_hosts: swapped } })
    const [told] = await refused(['up', changed], 4)
    expect(told).toEqual(
      complaint(
        'lb1',
        /host key of lb1 has changed: it shows .*; known is .*known_swapped:\d+/,
        /ssh-keygen -f .*known_swapped -R lb1/,
      ),
    )
    expect(told?.message).toContain(`shows the ED25519 key ${shown ?? '?'}`)
    expect(told?.message).toContain(`known is the ED25519 key ${other ?? '?'}`)
  })

  it('sudo: a wrong password, none, and no right at all', async () => {
    const file = await inventory('password', { connection: { user: 'opspw' } })
    const both = (message: RegExp, mend: RegExp): unknown => expect.arrayContaining([...bothHosts(message, mend)])
    const wrong = await refused(['up', file], 1, { HA_PROVISION_BECOME_PASSWORD: 'not-this-one' })
    const messages = wrong.map(({ message }) => message.replace(/lb[12]/, 'lb')).sort()
    expect(messages).toEqual([
      'sudo refused the become password of user opspw',
      'the become password of user opspw was not tried: lb refused the same password',
    ])
    expect(wrong.map(({ mend }) => mend)).toEqual(Array(2).fill(expect.stringMatching(/HA_PROVISION_BECOME_PASSWORD/)))
    expect(JSON.stringify(wrong)).not.toContain('not-this-one')
    expect(await refused(['up', file], 1)).toEqual(both(/sudo asks user opspw for a password/, /--ask-become-password/))
    const nobody = await inventory('nosudo', { connection: { user: 'nosudo' } })
    expect(await refused(['up', nobody], 1)).toEqual(
      both(/sudo asks user nosudo/, /no right to sudo yet.*sudoers\.d\/nosudo/),
    )
    const tried = await refused(['up', nobody], 1, { HA_PROVISION_BECOME_PASSWORD: 'x' })
    expect(tried.filter(({ message }) => /sudo refused/.test(message))).toHaveLength(1)
    expect(tried.filter(({ message }) => /was not tried/.test(message))).toHaveLength(1)
  })

  it('closed ports: of a host, of the jump host, without a jump host', async () => {
    const host = await inventory('port', { host: { lb1: { port: 23 } } })
    expect(await refused(['up', host], 4)).toEqual([
      complaint('lb1', /through jump host .* cannot reach lb1:23 from there: Connection refused/, /is the host up/),
    ])
    const jump = await inventory('jump-port', { connection: { jump: { host: '127.0.0.1', port: 1 } } })
    expect(await refused(['up', jump], 4)).toEqual(
      bothHosts(/its jump host 127\.0\.0\.1 is not reached: .* port 1 .*ECONNREFUSED/, /is sshd running/),
    )
    const closed = (port: number) => ({ host: '127.0.0.1', port })
    const direct = await inventory('direct', {
      connection: { jump: undefined },
      host: { lb1: closed(1), lb2: closed(2) },
    })
    expect(await refused(['up', direct], 4)).toEqual(
      bothHosts(/127\.0\.0\.1 port [12] .*ECONNREFUSED/, /is the port right/),
    )
  })

  it('has left the hosts as they were', async () => {
    expect(await untouched()).toEqual(before)
  })

  it('the right sudo password works, and is seen nowhere', async () => {
    const file = await inventory('password', { connection: { user: 'opspw' } })
    // A drift that has to be mended, so that every kind of command is run with the password.
    await onHost('lb1', 'rm /var/lib/ha-provision/members.json')
    const watch = onHost(
      'lb1',
      `rm -f /run/over; looks=0; end=$(($(date +%s) + 270)); while [ ! -e /run/over ] && [ "$(date +%s)" -lt "$end" ]; do looks=$((looks + 1))
cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ 2>/dev/null | grep -aq 'lab-sudo-p[w]' && echo seen; sleep 0.05; done; rm -f /run/over; [ "$looks" -gt 5 ] && echo looked`,
      280,
    )
    const ran = await cli(['up', file, '--verbose'], { HA_PROVISION_BECOME_PASSWORD: 'lab-sudo-pw' }).finally(() =>
      onHost('lb1', 'touch /run/over'),
    )
    expect(ran.code, ran.stdout).toBe(0)
    expect(outcome(ran)).toMatchObject({ outcome: 'done', changed: 1 })
    expect(ran.stdout + ran.stderr).not.toContain('lab-sudo-pw')
    expect(await watch).toBe('looked')
    expect(
      await onHost(
        'lb1',
        `grep -rl 'lab-sudo-p[w]' /etc /home /root /run /tmp /usr/local /var/lib /var/log 2>/dev/null; journalctl --no-pager -o cat | grep 'lab-sudo-p[w]'; true`,
      ),
    ).toBe('')
  })

  it('a member out of sight stops every change, and --limit leaves it out', async () => {
    const changes = { haproxy: { global: { maxconn: 4321 } }, connection: { connect_timeout: '8s' } }
    const file = await inventory('one-away', changes)
    const start = await untouched()
    await silence('lb2')
    try {
      expect(await refused(['up', file], 4)).toEqual([
        complaint('lb2', /lb2:22 did not answer within 8 s/, /is the host up/),
      ])
      expect(await refused(['plan', file], 4)).toHaveLength(1)
      const limited = await cli(['up', file, '--limit', 'lb1'])
      // The change is made; that a host could not be reached remains to be said.
      expect(limited.code, limited.stdout).toBe(4)
      expect(ofType(limited.events, 'host-done')[0]?.resources).toMatchObject({ 'loaded[haproxy]': 'changed' })
    } finally {
      await unsilence('lb2')
    }
    expect((await untouched())[1]).toBe(start[1])
    expect((await cli(['up', plain])).code).toBe(0)
  })

  it('a host that hangs: connected, and never a word', async () => {
    const file = await inventory('hangs', { connection: { connect_timeout: '8s' } })
    await container('pause', 'lb2')
    const told = await refused(['up', file], 4).finally(() => container('unpause', 'lb2'))
    expect(told).toEqual([complaint('lb2', /handshake with lb2 port 22 was not done within 8 s/, /connect_timeout/)])
  })
})
