import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createPool } from '../../src/connection/pool.ts'
import type { Command, Target } from '../../src/connection/types.ts'
import { asHaError } from '../../src/lib/errors.ts'
import { Secret } from '../../src/lib/secret.ts'
import { type Server, type SshBox, startBox } from './support/ssh-box.ts'

export const ODD = `'" \\ \\\\ \\' $HOME \`id\` ! !! # % ~ * ? [a] {b,c} <x> | & ; ( ) ^ = ä€𝄞 \t end`

describe('root rights', () => {
  let box: SshBox
  let openssh: Server
  let second: Server
  let dropbear: Server
  beforeAll(async () => {
    box = await startBox('become')
    openssh = await box.server('openssh')
    second = await box.server('second')
    dropbear = await box.server('dropbear', { kind: 'dropbear' })
    // Debian has a group of this name already, so the image's useradd leaves the user out.
    await box.exec(`id tty 2>/dev/null || useradd -m -N -s /bin/bash tty
      install -d -m 0700 -o tty /lab/tty && install -m 0600 -o tty /in/authorized_keys /lab/tty/authorized_keys
      ln -sfn /lab/tty /home/tty/.ssh; echo 'Defaults logfile=/var/log/sudo.log' > /etc/sudoers.d/log`)
  })
  afterAll(async () => {
    await box.remove()
  })

  /** What a command says as root, with the number of executions; or the error. */
  async function as(wish: Partial<Target>, script = 'id -un', server = openssh): Promise<string> {
    const pool = createPool()
    try {
      const connection = await pool.connect(box.target(server, wish))
      const { stdout, stderr } = await connection.run({ label: 'try', script, timeoutSeconds: 20 })
      return `${stdout}${stderr === '' ? '' : `stderr: ${stderr}`}`
    } catch (error) {
      return asHaError(error).describe()
    } finally {
      pool.closeAll()
    }
  }
  const password = (text: string): Secret => new Secret(text)
  /** Failed tries as the logs of the box tell them. */
  const failures = async (user: string): Promise<number> =>
    Number(await box.exec(`grep -c "${user} : .*incorrect password attempt" /var/log/sudo.log || true`))

  describe.each(['openssh', 'dropbear'] as const)('by %s', (kind) => {
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
})
