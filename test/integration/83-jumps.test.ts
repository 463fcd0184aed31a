import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createPool, type Pool } from '../../src/connection/pool.ts'
import { ForwardError } from '../../src/connection/forward-error.ts'
import type { Target } from '../../src/connection/types.ts'
import { asHaError, UnreachableError } from '../../src/lib/errors.ts'
import { makeKey, type Server, type SshBox, startBox } from './support/ssh-box.ts'
import { endServer, endSessions, freeze, startAgain, underWay, untilThere } from './support/ssh-faults.ts'
import { startProxy } from './support/tcp-proxy.ts'
import { transports } from './support/transports.ts'

const hello = { label: 'hello', script: 'echo in', timeoutSeconds: 20 }

describe.each(transports)('jump hosts, by %s', (transport) => {
  let box: SshBox
  let bastion: Server
  let dropbear: Server
  let busybox: Server
  let refusing: Server
  let deaf: Server
  let end: Server
  let pool: Pool
  beforeAll(async () => {
    box = await startBox(`jumps-${transport}`)
    bastion = await box.server('bastion')
    dropbear = await box.server('dropbear', { kind: 'dropbear', settings: ['-k'] })
    busybox = await box.server('busybox', { kind: 'busybox' })
    refusing = await box.server('refusing', { settings: ['AllowTcpForwarding no'] })
    deaf = await box.server('deaf', { kind: 'dropbear', settings: ['-j'] })
    end = await box.server('end', { hidden: true })
    pool = createPool()
  })
  afterAll(async () => {
    pool.closeAll()
    await box.remove()
  })

  const at = (server: Server, wish: Partial<Target> = {}): Target => box.target(server, { transport, ...wish })
  const inside = (server: Server, wish: Partial<Target> = {}): Target =>
    box.insideTarget(server, { transport, ...wish })
  const jump = { user: 'jump' }

  async function answer(target: Target, own = pool): Promise<string> {
    const connection = await own.connect(target)
    return (await connection.run(hello)).stdout
  }

  /** What the operator reads when a host is not reached. */
  async function complaint(target: Target, own = createPool()): Promise<string> {
    try {
      await answer(target, own)
      return 'in'
    } catch (error) {
      return error instanceof UnreachableError ? error.describe() : `not an UnreachableError: ${String(error)}`
    } finally {
      own.closeAll()
    }
  }

  it('OpenSSH, dropbear, and a BusyBox box without a shell lead on, alone and in a chain', async () => {
    expect(await answer(inside(end, { jumps: [at(bastion)] }))).toBe('in\n')
    expect(await answer(inside(end, { jumps: [at(dropbear)] }))).toBe('in\n')
    expect(await answer(inside(end, { jumps: [at(busybox, jump)] }))).toBe('in\n')
    expect(await answer(inside(end, { jumps: [at(bastion), inside(dropbear), inside(busybox, jump)] }))).toBe('in\n')
  })

  it.each([
    [40, 'bastion'],
    [10, 'dropbear'],
    [10, 'busybox'],
  ])('%i hosts share one connection to %s', async (count, name) => {
    const server = { bastion, dropbear, busybox }[name] ?? bastion
    const proxy = await startProxy(server.port ?? 0)
    const own = createPool()
    const way = at(server, {
      port: proxy.port,
      hostKeyAlias: `[127.0.0.1]:${server.port}`,
      user: name === 'busybox' ? 'jump' : 'ops',
    })
    const targets = Array.from({ length: count }, (_, index) => inside(end, { name: `host${index}`, jumps: [way] }))
    const answers = await Promise.all(targets.map(async (target) => await answer(target, own)))
    expect(answers).toEqual(targets.map(() => 'in\n'))
    expect(proxy.connections).toBe(1)
    own.closeAll()
    proxy.close()
  })

  it.each(['bastion', 'dropbear', 'busybox'])('a name that only %s resolves', async (name) => {
    const server = { bastion, dropbear, busybox }[name] ?? bastion
    const way = at(server, name === 'busybox' ? jump : {})
    expect(await answer(inside(end, { host: 'inside.lab', jumps: [way] }))).toBe('in\n')
    const said = await complaint(inside(end, { host: 'outside.lab', jumps: [way] }))
    expect(said).toMatch(
      new RegExp(`^end: not reached through jump host ${name}: cannot reach outside.lab:\\d+ from there: `),
    )
    expect(said).toMatch(new RegExp(`→ ${name} resolves names by its own DNS and /etc/hosts: give an address`))
  })

  describe('tells which one', () => {
    it('refuses to forward, OpenSSH', async () => {
      expect(await complaint(inside(end, { jumps: [at(refusing)] }))).toMatch(
        /^end: not reached through jump host refusing: its sshd does not forward connections\n {2}→ allow it on refusing: AllowTcpForwarding/,
      )
    })

    it('refuses to forward, dropbear', async () => {
      expect(await complaint(inside(end, { jumps: [at(deaf)] }))).toMatch(
        /^end: not reached through jump host deaf: its sshd does not forward connections\n.*without -j/,
      )
    })

    it('refuses to forward in the middle', async () => {
      const jumps = [at(bastion), inside(refusing), inside(dropbear)]
      expect(await complaint(inside(end, { jumps }))).toMatch(
        /^end: its jump host dropbear \(3 of 3\) is not reached: not reached through jump host refusing: its sshd does not forward/,
      )
    })

    it('does not reach the host', async () => {
      const said = await complaint(inside(end, { port: 1, jumps: [at(bastion), inside(dropbear)] }))
      expect(said).toMatch(/^end: not reached through jump host dropbear: cannot reach 127.0.0.1:1 from there: /)
    })

    it('is not there', async () => {
      expect(await complaint(inside(end, { jumps: [at(bastion, { port: 1 })] }))).toMatch(
        /^end: its jump host bastion is not reached: 127.0.0.1 port 1 cannot be reached: .*(ECONNREFUSED|Connection refused)/,
      )
      expect(await complaint(inside(end, { jumps: [at(bastion), inside(dropbear, { port: 1 })] }))).toMatch(
        /^end: its jump host dropbear \(2 of 2\) is not reached: not reached through jump host bastion: cannot reach 127.0.0.1:1 from there: /,
      )
    })

    it('hangs', async () => {
      const hung = await box.server('hung', { kind: 'dropbear' })
      const soon = { connectTimeoutSeconds: 3 }
      await freeze(box, hung, 'STOP')
      expect(await complaint(inside(end, { jumps: [at(hung, soon)] }))).toMatch(
        /^end: its jump host hung is not reached: the SSH handshake with 127.0.0.1 port \d+ was not done within 3 s/,
      )
      expect(await complaint(inside(end, { jumps: [at(bastion), inside(hung, soon)] }))).toMatch(
        /^end: its jump host hung \(2 of 2\) is not reached: the SSH handshake with 127.0.0.1 port \d+ was not done/,
      )
      expect(await complaint(inside(hung, { ...soon, jumps: [at(bastion)] }))).toMatch(
        /^hung: the SSH handshake with 127.0.0.1 port \d+ was not done within 3 s/,
      )
      await freeze(box, hung, 'CONT')
    })

    it('fell silent after the login', async () => {
      const own = createPool()
      const proxy = await startProxy(bastion.port ?? 0)
      const way = at(bastion, { port: proxy.port, hostKeyAlias: `[127.0.0.1]:${bastion.port}` })
      expect(await answer(inside(end, { jumps: [way] }), own)).toBe('in\n')
      proxy.silence()
      expect(await complaint(inside(end, { jumps: [way], connectTimeoutSeconds: 1 }), own)).toMatch(
        /^end: not reached through jump host bastion: bastion itself no longer answers: nothing came within 1 s/,
      )
      proxy.close()
    })

    it('does not let us in, or is another machine', async () => {
      const stranger = makeKey(box.folder, 'stranger')
      const others = join(box.folder, 'other_known_hosts')
      await writeFile(others, `[127.0.0.1]:${dropbear.inside} ${end.hostKey}\n`)
      const through = (second: Partial<Target>): Target =>
        inside(end, { jumps: [at(bastion), inside(dropbear, second), inside(busybox, jump)] })
      expect(await complaint(through({ identityFiles: [stranger] }))).toMatch(
        /^end: its jump host dropbear \(2 of 3\) is not reached: the host does not let ops in \(tried: key .*stranger/,
      )
      expect(await complaint(through({ user: 'nobodyknows' }))).toMatch(
        /^end: its jump host dropbear \(2 of 3\) is not reached: the host does not let nobodyknows in/,
      )
      const changed = await complaint(through({ knownHosts: [others] }))
      expect(changed).toMatch(
        /^end: its jump host dropbear \(2 of 3\) is not reached: the host key of \[127.0.0.1\]:\d+ has changed: it shows the ED25519 key SHA256:.*; known is the ED25519 key SHA256:/,
      )
      expect(changed).toContain(`ssh-keygen -f ${others} -R '[127.0.0.1]:${dropbear.inside}'`)
    })
  })

  it('a slow one is waited for', async () => {
    const proxy = await startProxy(bastion.port ?? 0, () => ({ delayMs: 100 }))
    const own = createPool()
    const way = at(bastion, { port: proxy.port, hostKeyAlias: `[127.0.0.1]:${bastion.port}` })
    expect(await answer(inside(end, { jumps: [way] }), own)).toBe('in\n')
    own.closeAll()
    proxy.close()
  })

  it('one that dies is named by all that went through it, and used again when it is back', async () => {
    const middle = await box.server('middle', { hidden: true })
    const own = createPool()
    const targets = ['one', 'two', 'three'].map((name) => inside(end, { name, jumps: [at(bastion), inside(middle)] }))
    const connections = await Promise.all(targets.map(async (target) => await own.connect(target)))
    const work = await Promise.all(
      connections.map(async (one) => await underWay(one, { label: 'work', script: 'sleep 60', timeoutSeconds: 90 })),
    )
    await endServer(box, middle)
    const fates = await Promise.allSettled(work.map(async ({ done }) => await done))
    for (const [index, fate] of fates.entries()) {
      expect(fate.status).toBe('rejected')
      const said = fate.status === 'rejected' ? asHaError(fate.reason).describe() : ''
      expect(said).toMatch(
        /connection lost while “work” ran: its jump host middle went away.*; it had been started, and whether it finished is not known\n.*its jump host bastion, middle, still runs/,
      )
      expect(said.startsWith(`${targets[index]?.name ?? ''}: `)).toBe(true)
    }
    const back = async (): Promise<void> => {
      await sleep(1500)
      await startAgain(box, middle)
    }
    const [answers] = await Promise.all([Promise.all(connections.map(async (one) => await one.run(hello))), back()])
    expect(answers.map(({ stdout }) => stdout)).toEqual(['in\n', 'in\n', 'in\n'])
    own.closeAll()
  })

  it('what only looks does not notice that the first of a chain was cut', async () => {
    const own = createPool()
    const connection = await own.connect(inside(end, { jumps: [at(dropbear), inside(busybox, jump)] }))
    const script = `${untilThere('/tmp/cut')}; echo seen`
    const { done } = await underWay(connection, { label: 'look', script, timeoutSeconds: 90, repeatable: true })
    await endSessions(box, dropbear)
    await box.exec('touch /tmp/cut')
    expect((await done).stdout).toBe('begun\nseen\n')
    own.closeAll()
  })

  it('a plain connection goes through a chain too', async () => {
    const own = createPool()
    const stream = await own.dial([at(bastion), inside(dropbear)], 'inside.lab', end.inside)
    expect(String(await once(stream, 'data'))).toMatch(/^SSH-2.0-OpenSSH/)
    stream.destroy()
    const refused = await own
      .dial([at(bastion), inside(refusing)], '127.0.0.1', end.inside)
      .catch((error: unknown) => error)
    expect(refused).toBeInstanceOf(ForwardError)
    expect(refused).toMatchObject({ reason: 'prohibited', where: 'refusing' })
    const dead = await own.dial([at(bastion, { port: 1 })], '127.0.0.1', 1).catch((error: unknown) => error)
    expect(dead).toMatchObject({ reason: 'prohibited' })
    expect(asHaError(dead).message).toMatch(/^its jump host bastion is not reached: 127.0.0.1 port 1 cannot be reached/)
    own.closeAll()
  })

  it('a link-local address is meant as the jump host sees it', async () => {
    const found = await box.exec('ip -6 -o addr show dev eth0 scope link | grep -o "fe80[0-9a-f:]*" | head -1')
    const address = `${found.trim()}%eth0`
    const known = join(box.folder, 'link_local')
    await writeFile(known, `[${address}]:${end.inside} ${end.hostKey}\n`)
    for (const way of [at(bastion), at(dropbear)]) {
      expect(await answer(inside(end, { host: address, jumps: [way], knownHosts: [known] }))).toBe('in\n')
    }
  })
})
