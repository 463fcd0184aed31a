import { createHash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createPool } from '../../src/connection/pool.ts'
import type { Target } from '../../src/connection/types.ts'
import { asHaError } from '../../src/lib/errors.ts'
import { Secret } from '../../src/lib/secret.ts'
import { type Server, type SshBox, startBox } from './support/ssh-box.ts'
import { transports } from './support/transports.ts'

const ODD = `'" \\ \\\\ \\' $HOME \`id\` ! !! # % ~ * ? [a] {b,c} <x> | & ; ( ) ^ = ä€𝄞 \t end`

describe.each(transports)('root rights, by %s', (transport) => {
  let box: SshBox
  let openssh: Server
  let second: Server
  let dropbear: Server
  beforeAll(async () => {
    box = await startBox(`become-${transport}`)
    openssh = await box.server('openssh')
    second = await box.server('second')
    dropbear = await box.server('dropbear', { kind: 'dropbear' })
    await box.exec(`echo 'Defaults logfile=/var/log/sudo.log' > /etc/sudoers.d/log`)
  })
  afterAll(async () => {
    await box.remove()
  })

  const at = (server: Server, wish: Partial<Target>): Target => box.target(server, { transport, ...wish })

  /** What a command says as root, with the number of executions; or the error. */
  async function as(wish: Partial<Target>, script = 'id -un', server = openssh): Promise<string> {
    const pool = createPool()
    try {
      const connection = await pool.connect(at(server, wish))
      const { stdout, stderr } = await connection.run({ label: 'try', script, timeoutSeconds: 20 })
      return `${stdout}${stderr === '' ? '' : `stderr: ${stderr}`}`
    } catch (error) {
      return asHaError(error).describe()
    } finally {
      pool.closeAll()
    }
  }
  const password = (text: string): Secret => new Secret(text)
  /** Failed tries of a user as the log of sudo tells them, and logs anew. A sudo writes when it ends, which may be after its connection. */
  const failures = async (user: string): Promise<string> => {
    await box.exec('for i in $(seq 200); do pgrep -x sudo >/dev/null || break; sleep 0.1; done')
    const log = await box.exec('tr -d "\\n" < /var/log/sudo.log; : > /var/log/sudo.log')
    return [...log.matchAll(new RegExp(`${user} : *(\\d+ incorrect password attempt)`, 'g'))]
      .map(([, what]) => what)
      .join()
  }
  /** The same command on several hosts of one box, at the same time. */
  async function onAll(wish: Partial<Target>): Promise<string[]> {
    const pool = createPool()
    const hosts = ['lb1', 'lb2', 'lb3', 'lb4'].map((name, index) =>
      at(index % 2 === 0 ? openssh : second, { ...wish, name }),
    )
    const outcomes = await Promise.allSettled(
      hosts.map(async (target) => {
        const connection = await pool.connect(target)
        return await connection.run({ label: 'try', script: 'id -un', timeoutSeconds: 20 })
      }),
    )
    pool.closeAll()
    return outcomes.map((one) =>
      one.status === 'fulfilled' ? one.value.stdout.trim() : asHaError(one.reason).describe(),
    )
  }

  describe.each(['openssh', 'dropbear'] as const)('on %s', (kind) => {
    const server = (): Server => (kind === 'openssh' ? openssh : dropbear)

    it.each([
      ['root already', { user: 'root' }],
      ['sudo without a password', { user: 'ops' }],
      ['sudo with a password', { user: 'opspw', becomePassword: password('lab-opspw-pw') }],
      ['sudo that lectures', { user: 'lectured', becomePassword: password('lab-lectured-pw') }],
      ['sudo that wants a terminal', { user: 'tty' }],
      ['sudo that wants a terminal and a password', { user: 'ttypw', becomePassword: password('lab-ttypw-pw') }],
      ['doas', { user: 'doer', become: 'doas' as const }],
      [
        'su with the password of root',
        { user: 'suer', become: 'su' as const, becomePassword: password('lab-root-pw') },
      ],
    ])('%s', async (_name, wish) => {
      expect(await as(wish, 'id -un; echo odd >&2', server())).toBe('root\nstderr: odd\n')
    })
  })

  describe('a password', () => {
    it('that is wrong is tried once, however many hosts and commands share it', async () => {
      await failures('opspw')
      const said = await onAll({ user: 'opspw', becomePassword: password('guess') })
      expect(said.filter((text) => text.includes('sudo refused the become password of user opspw'))).toHaveLength(1)
      expect(said.filter((text) => /was not tried: lb\d refused the same password/.test(text))).toHaveLength(3)
      expect(said.join('')).not.toContain('guess')
      expect(await failures('opspw')).toBe('1 incorrect password attempt')
    })

    it('that is right gets all hosts there', async () => {
      await failures('opspw')
      expect(await onAll({ user: 'opspw', becomePassword: password('lab-opspw-pw') })).toEqual([
        'root',
        'root',
        'root',
        'root',
      ])
      expect(await failures('opspw')).toBe('')
    })

    it('of one host is not sent to a host that does not ask', async () => {
      const wish = { user: 'ops', becomePassword: password('lab-opspw-pw') }
      const pool = createPool()
      const connection = await pool.connect(at(openssh, wish))
      const running = await connection.start({ label: 'stdin', script: 'cat', timeoutSeconds: 20 })
      running.send('what was sent')
      await running.close()
      expect((await running.done).stdout).toBe('what was sent\n')
      pool.closeAll()
      expect(await as(wish, 'cat /proc/$$/cmdline | tr "\\0" " "')).not.toContain('lab-opspw-pw')
    })

    it('that is missing names the field, the variable and the flag', async () => {
      for (const wish of [{ user: 'opspw' }, { user: 'suer', become: 'su' as const }, { user: 'ttypw' }]) {
        const said = await as(wish)
        expect(said).toMatch(
          /(sudo|su) asks (user opspw for a password|for the password of root|user ttypw for a password)/,
        )
        expect(said).toContain('connection.become_password')
        expect(said).toContain('HA_PROVISION_BECOME_PASSWORD')
        expect(said).toContain('--ask-become-password')
      }
    })

    it('of root that is wrong is one clear error of su', async () => {
      const said = await as({ user: 'suer', become: 'su', becomePassword: password('guess') })
      expect(said).toContain('su refused the become password: for su it has to be that of root')
      expect(said).not.toContain('guess')
    })

    it('of root, right and wrong, by the su of BusyBox', async () => {
      // Debian's BusyBox knows no yescrypt.
      await box.exec(`mkdir -p /opt/bb && cp /bin/busybox /opt/bb/ && chmod 4755 /opt/bb/busybox && ln -sf busybox /opt/bb/su
        echo root:lab-root-pw | chpasswd -c SHA512`)
      const server = await box.server('bbsu', { settings: ['SetEnv PATH=/opt/bb:/usr/bin:/bin'] })
      const wish = { user: 'suer', become: 'su' as const }
      expect(await as({ ...wish, becomePassword: password('lab-root-pw') }, 'id -un', server)).toBe('root\n')
      expect(await as({ ...wish, becomePassword: password('guess') }, 'id -un', server)).toContain('su refused')
    })

    it('that has expired is told, and not changed', async () => {
      await box.exec(`id tired 2>/dev/null || useradd -m -s /bin/bash tired; echo tired:lab-tired-pw | chpasswd
        install -d -m 0700 -o tired /home/tired/.ssh
        install -m 0600 -o tired /in/authorized_keys /home/tired/.ssh/; echo 'tired ALL=(ALL) ALL' > /etc/sudoers.d/tired`)
      const server = await box.server('noaccount', { settings: ['UsePAM no'] })
      await box.exec('chage -d 0 tired')
      const wish = { user: 'tired', becomePassword: password('lab-tired-pw') }
      expect(await as(wish, 'id -un', server)).toMatch(/expired/)
    })
  })

  it('a sudo whose PAM has prompts of its own: a password is answered, a code told', async () => {
    const secret = 'JBSWY3DPEHPK3PXP'
    const ask = async (prompt: string): Promise<string> =>
      await box.exec(`printf '%s\\n' 'auth required pam_google_authenticator.so [authtok_prompt=${prompt}: ]' \\
          'account required pam_unix.so' > /etc/pam.d/sudo; oathtool --totp -b ${secret}`)
    await box.exec(`cp /etc/pam.d/sudo /tmp/sudo.pam; echo 'Defaults !passprompt_override' > /etc/sudoers.d/prompt
      printf '%s\\n' ${secret} '" TOTP_AUTH' > /home/opspw/.google_authenticator
      chown opspw /home/opspw/.google_authenticator; chmod 600 /home/opspw/.google_authenticator`)
    try {
      const changing = (await ask('LDAP Password')).trim()
      expect(await as({ user: 'opspw', becomePassword: password(changing) })).toBe('root\n')
      await ask('Verification code')
      const said = await as({ user: 'opspw', becomePassword: password('lab-opspw-pw') })
      expect(said).toContain('sudo asks for a one-time code: “Verification code:”')
    } finally {
      await box.exec('cp /tmp/sudo.pam /etc/pam.d/sudo; rm /etc/sudoers.d/prompt')
    }
  })

  it('sudo that mails is no trouble', async () => {
    await box.exec(`echo 'Defaults:ops mail_always, mailerpath=/bin/false' > /etc/sudoers.d/mail`)
    try {
      expect(await as({ user: 'ops' })).toBe('root\n')
    } finally {
      await box.exec('rm /etc/sudoers.d/mail')
    }
  })

  it.each([
    ['no right to sudo', { user: 'nosudo', becomePassword: password('lab-nosudo-pw') }, 'user nosudo may not use sudo'],
    ['doas with a password', { user: 'suer', become: 'doas' as const }, 'doas'],
    ['no login shell', { user: 'nobodyhome' }, 'user nobodyhome has no login shell'],
  ])('%s is a clear error', async (_name, wish, what) => {
    const said = await as(wish)
    expect(said).toContain(what)
    expect(said).toContain('→')
  })

  describe('a sudo that wants a terminal', () => {
    it('costs one more execution, once', async () => {
      const executions: string[] = []
      const pool = createPool({ onExecution: (_host, label) => executions.push(label) })
      const connection = await pool.connect(at(openssh, { user: 'tty' }))
      for (const label of ['first', 'second', 'third'])
        expect((await connection.run({ label, script: 'id -un', timeoutSeconds: 20 })).stdout).toBe('root\n')
      expect(
        (await connection.run({ label: 'plain', script: 'id -un; test -t 0', timeoutSeconds: 20, plain: true })).stdout,
      ).toBe('tty\n')
      expect(executions).toEqual(['first', 'first', 'second', 'third', 'plain'])
      pool.closeAll()
    })

    it.each(['openssh', 'dropbear'] as const)(
      'gets a script of a megabyte whole, and gives bytes back as they are, on %s',
      async (kind) => {
        const pool = createPool()
        const server = kind === 'openssh' ? openssh : dropbear
        const connection = await pool.connect(at(server, { user: 'ttypw', becomePassword: password('lab-ttypw-pw') }))
        const line = 'x\ty\u0003\u0004\u0011\u001c ä'
        const data = `${line.repeat(70)}\n`.repeat(1000)
        const script = `md5sum <<'END'\n${data}END\nprintf 'a\\tb\\r\\n\\033[0m'; printf 'no newline' >&2; exit 7`
        const { code, stdout, stderr } = await connection.run({ label: 'big', script, timeoutSeconds: 60 })
        const sum = createHash('md5').update(data).digest('hex')
        expect({ code, stdout, stderr }).toEqual({
          code: 7,
          stdout: `${sum}  -\na\tb\r\n\u001b[0m`,
          stderr: 'no newline',
        })
        pool.closeAll()
      },
    )

    it('lets a command stay, told line by line, and end', async () => {
      const pool = createPool()
      const connection = await pool.connect(at(openssh, { user: 'tty' }))
      const script = 'echo ready; while read -r line; do echo "got $line"; done; touch /tmp/tty-ended'
      const running = await connection.start({ label: 'stay', script, timeoutSeconds: 60 })
      const lines = running.lines[Symbol.asyncIterator]()
      expect((await lines.next()).value).toBe('ready')
      running.send('one')
      expect((await lines.next()).value).toBe('got one')
      await running.close()
      const ended = async (): Promise<boolean> => (await box.exec('ls /tmp')).includes('tty-ended')
      for (let tries = 0; tries < 100 && !(await ended()); tries += 1) await sleep(50)
      expect(await ended()).toBe(true)
      pool.closeAll()
    })

    it('is not held up by a daemon that keeps the streams', async () => {
      expect(await as({ user: 'tty' }, 'sleep 30 & echo started')).toBe('started\n')
    })

    it('a deadline ends the command there too', async () => {
      const pool = createPool()
      const connection = await pool.connect(at(openssh, { user: 'tty' }))
      const late = connection.run({ label: 'late', script: 'sleep 60', timeoutSeconds: 2 })
      await expect(late).rejects.toThrow('did not finish within 2 s and was killed')
      pool.closeAll()
    })
  })

  describe.each(['fishy', 'cshy', 'dashy', 'noisy'])('the login shell of %s', (user) => {
    const script = `cat <<'END'\n${ODD}\nEND\necho "it's" >&2`

    it('runs any script', async () => {
      expect(await as({ user }, script)).toBe(`${ODD}\nstderr: it's\n`)
    })

    it('runs any script that stays, whose text is in the command line', async () => {
      const pool = createPool()
      const connection = await pool.connect(at(openssh, { user }))
      const running = await connection.start({ label: 'odd', script, timeoutSeconds: 20 })
      expect(await running.done).toEqual({ code: 0, stdout: `${ODD}\n`, stderr: "it's\n" })
      pool.closeAll()
    })
  })
})
