import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createPool } from '../../src/connection/pool.ts'
import { type Server, type SshBox, startBox } from './support/ssh-box.ts'

describe('the box', () => {
  let box: SshBox
  let openssh: Server
  let dropbear: Server
  let busybox: Server
  beforeAll(async () => {
    box = await startBox('reach')
    openssh = await box.server('openssh')
    dropbear = await box.server('dropbear', { kind: 'dropbear' })
    busybox = await box.server('busybox', { kind: 'busybox' })
  })
  afterAll(async () => {
    await box.remove()
  })

  it('lets us in by OpenSSH, by dropbear, and through a BusyBox box without a shell', async () => {
    const pool = createPool()
    const whoami = { label: 'id', script: 'id -un', timeoutSeconds: 10 }
    for (const target of [
      box.target(openssh),
      box.target(dropbear),
      box.insideTarget(openssh, { jumps: [box.target(busybox, { user: 'jump' })] }),
      box.insideTarget(openssh, {
        host: 'inside.lab',
        jumps: [box.target(dropbear), box.insideTarget(busybox, { user: 'jump' })],
      }),
    ]) {
      const connection = await pool.connect(target)
      expect((await connection.run(whoami)).stdout).toBe('root\n')
    }
    pool.closeAll()
  })
})
