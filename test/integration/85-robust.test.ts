import { createServer } from 'node:net'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createPool, type Pool } from '../../src/connection/pool.ts'
import type { Command, Target } from '../../src/connection/types.ts'
import { asHaError, ConnectionLostError, HostError, UnreachableError } from '../../src/lib/errors.ts'
import { makeKey, type Server, type ServerOptions, type SshBox, startBox } from './support/ssh-box.ts'
import { endServer, endSessions, startAgain, underWay, untilThere } from './support/ssh-faults.ts'
import { type Fate, startProxy, type TcpProxy } from './support/tcp-proxy.ts'
import { transports } from './support/transports.ts'

const hello: Command = { label: 'hello', script: 'echo in', timeoutSeconds: 30 }
const UNKNOWN = /; it had been started, and whether it finished is not known\n {2}→ .*it is safe to start again/

describe.each(transports)('what goes wrong on the way, by %s', (transport) => {
  let box: SshBox
  let sshd: Server
  let bastion: Server
  const proxies: TcpProxy[] = []
  const pools: Pool[] = []
  beforeAll(async () => {
    box = await startBox(`robust-${transport}`)
    sshd = await box.server('sshd')
    bastion = await box.server('bastion')
  })
  afterAll(async () => {
    for (const pool of pools) pool.closeAll()
    for (const proxy of proxies) proxy.close()
    await box.remove()
  })

  const at = (server: Server, wish: Partial<Target> = {}): Target => box.target(server, { transport, ...wish })

  function newPool(): Pool {
    const pool = createPool()
    pools.push(pool)
    return pool
  }

  /** A target behind a proxy of its own. */
  async function proxied(
    server: Server,
    fate?: (number: number) => Fate,
    wish: Partial<Target> = {},
  ): Promise<{ readonly proxy: TcpProxy; readonly target: Target }> {
    const proxy = await startProxy(server.port ?? 0, fate, wish.host === '::1' ? '::1' : '127.0.0.1')
    proxies.push(proxy)
    const hostKeyAlias = `[127.0.0.1]:${server.port}`
    return { proxy, target: at(server, { port: proxy.port, hostKeyAlias, ...wish }) }
  }

  const answer = async (target: Target, pool: Pool): Promise<string> =>
    (await (await pool.connect(target)).run(hello)).stdout

  const failure = async (doing: Promise<unknown>): Promise<unknown> => await doing.catch((error: unknown) => error)

  describe('start-ups', () => {
    it.each<[string, ServerOptions]>([
      ['OpenSSH with MaxStartups 2', { settings: ['MaxStartups 2:100:2'] }],
      ['OpenSSH that drops by chance', { settings: ['MaxStartups 1:50:4'] }],
      ['dropbear, which takes five', { kind: 'dropbear' }],
    ])('twenty logins at once are paced: %s', async (what, options) => {
      const server = await box.server(what.replaceAll(/\W+/g, '-'), options)
      const pool = newPool()
      const targets = Array.from({ length: 20 }, (_, index) => at(server, { name: `host${index}` }))
      const answers = await Promise.all(targets.map(async (target) => await answer(target, pool)))
      expect(answers).toEqual(targets.map(() => 'in\n'))
    })

    it('through a jump host too', async () => {
      const server = await box.server('few', { hidden: true, settings: ['MaxStartups 2:100:2'] })
      const pool = newPool()
      const targets = Array.from({ length: 20 }, () => box.insideTarget(server, { transport, jumps: [at(bastion)] }))
      const answers = await Promise.all(targets.map(async (target) => await answer(target, pool)))
      expect(answers).toEqual(targets.map(() => 'in\n'))
    })

    it('a wrong key, a refused login and what is no SSH server are told at once', async () => {
      const stranger = makeKey(box.folder, 'stranger')
      const { proxy, target } = await proxied(sshd, undefined, { identityFiles: [stranger] })
      expect(await failure(newPool().connect(target))).toBeInstanceOf(UnreachableError)
      expect(proxy.connections).toBe(1)

      let asked = 0
      const web = createServer((socket) => {
        asked += 1
        socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')
      }).listen(0, '127.0.0.1')
      await once(web, 'listening')
      const bound = web.address()
      const port = typeof bound === 'object' && bound !== null ? bound.port : 0
      expect(asHaError(await failure(newPool().connect(at(sshd, { port })))).message).toContain(
        'broke off the SSH handshake: it said “HTTP/1.1 400 Bad Request”',
      )
      expect(asked).toBe(1)
      web.close()
    })
  })

  describe('sessions', () => {
    it.each([1, 2, 3])('MaxSessions %i: ten commands at once, and one that stays', async (most) => {
      const server = await box.server(`sessions${most}`, { settings: [`MaxSessions ${most}`] })
      const { proxy, target } = await proxied(server)
      const connection = await newPool().connect(target)
      const staying = await connection.start({ label: 'stay', script: 'echo up; cat', timeoutSeconds: 60 })
      const numbers = Array.from({ length: 10 }, (_, index) => index)
      const answers = await Promise.all(
        numbers.map(async (n) => await connection.run({ ...hello, script: `sleep 0.1; echo ${n}` })),
      )
      expect(answers.map(({ stdout }) => stdout)).toEqual(numbers.map((n) => `${n}\n`))
      staying.send('still here')
      await staying.close()
      expect((await staying.done).stdout).toBe('up\nstill here\n')
      expect((await connection.run(hello)).stdout).toBe('in\n')
      expect(proxy.connections).toBeLessThanOrEqual(2)
    })

    it('MaxSessions 1: each one that stays has a connection of its own', async () => {
      const server = await box.server('stays', { settings: ['MaxSessions 1'] })
      const connection = await newPool().connect(at(server))
      const stay = { label: 'stay', script: 'cat', timeoutSeconds: 60 }
      const staying = [await connection.start(stay), await connection.start(stay)]
      expect((await connection.run(hello)).stdout).toBe('in\n')
      for (const one of staying) await one.close()
      expect((await connection.run(hello)).stdout).toBe('in\n')
    })

    it('MaxSessions 0 is told, with where to look', async () => {
      const server = await box.server('none', { settings: ['MaxSessions 0'] })
      const connection = await newPool().connect(at(server))
      const error = asHaError(await failure(connection.run(hello)))
      expect(error).toBeInstanceOf(HostError)
      expect(error.describe()).toMatch(/^none: hello: the host refused to open a channel: .*\n.*MaxSessions/)
    })
  })

  describe('a lost connection', () => {
    it('what changes something is not run again, what looks is, and the host goes on being used', async () => {
      const { proxy, target } = await proxied(sshd)
      const connection = await newPool().connect(target)
      const script = (name: string): string => `echo run >> /tmp/${name}; ${untilThere('/tmp/go')}; echo done`
      const counts = async (): Promise<string> =>
        await box.exec('cd /tmp; grep -c run change look stay 2>/dev/null || true')
      const change = failure(connection.run({ label: 'change', script: script('change'), timeoutSeconds: 90 }))
      const looks = [1, 2, 3].map(
        async () =>
          await connection.run({ label: 'look', script: script('look'), timeoutSeconds: 90, repeatable: true }),
      )
      const stays = await connection.start({ label: 'stay', script: 'echo run >> /tmp/stay; cat', timeoutSeconds: 90 })
      await expect.poll(counts, { timeout: 30_000 }).toBe('change:1\nlook:3\nstay:1')
      proxy.cut()
      const error = asHaError(await change)
      await box.exec('touch /tmp/go')
      expect(error).toBeInstanceOf(ConnectionLostError)
      expect(error.describe()).toMatch(UNKNOWN)
      expect((await Promise.all(looks)).map(({ stdout }) => stdout)).toEqual(['done\n', 'done\n', 'done\n'])
      expect(await failure(stays.done)).toBeInstanceOf(ConnectionLostError)
      expect((await connection.run(hello)).stdout).toBe('in\n')
      expect(await counts()).toBe('change:1\nlook:6\nstay:1')
      expect(proxy.connections).toBe(2)
    })

    it('sshd that is restarted is waited for', async () => {
      const server = await box.server('restarted')
      const connection = await newPool().connect(at(server))
      const script = `${untilThere('/tmp/restarted')}; echo seen`
      const look = await underWay(connection, { label: 'look', script, timeoutSeconds: 90, repeatable: true })
      await endServer(box, server)
      await sleep(3000)
      await startAgain(box, server)
      await box.exec('touch /tmp/restarted')
      expect((await look.done).stdout).toBe('begun\nseen\n')
      const stays = await underWay(connection, { label: 'stay', script: 'sleep 60', timeoutSeconds: 90 })
      await endSessions(box, server)
      expect(await failure(stays.done)).toBeInstanceOf(ConnectionLostError)
      expect((await connection.run(hello)).stdout).toBe('in\n')
    })

    it('a host that boots is waited for', async () => {
      const connection = await newPool().connect(at(sshd))
      const script = `${untilThere('/tmp/booted')}; echo seen`
      const change = await underWay(connection, { label: 'change', script: 'sleep 60', timeoutSeconds: 90 })
      const look = await underWay(connection, { label: 'look', script, timeoutSeconds: 90, repeatable: true })
      await box.docker('kill')
      try {
        expect(await failure(change.done)).toBeInstanceOf(ConnectionLostError)
      } finally {
        await box.docker('start')
        await box.exec('rm -f /run/nologin; touch /tmp/booted')
        await startAgain(box, sshd)
        await startAgain(box, bastion)
      }
      expect((await look.done).stdout).toBe('begun\nseen\n')
    })
  })

  describe('a connection that is cut after some bytes', () => {
    let cuts: readonly Fate[]
    beforeAll(async () => {
      const { target, proxy } = await proxied(sshd)
      await answer(target, newPool())
      const spread = (most: number): number[] =>
        Array.from({ length: 10 }, (_, index) => 1 + Math.round(((most - 1) * index) / 9))
      cuts = (['reset', 'end'] as const).flatMap((how) => [
        ...spread(proxy.carried.in).map((bytes) => ({ how, cutAfterIn: bytes })),
        ...spread(proxy.carried.out).map((bytes) => ({ how, cutAfterOut: bytes })),
      ])
    })

    /** What becomes of a login and a command when the first connection is cut, the next ones not. */
    async function cutOnce(cut: Fate, command: Command): Promise<string> {
      const { target, proxy } = await proxied(sshd, (number) => (number === 0 ? cut : {}))
      const pool = createPool()
      try {
        const connection = await pool.connect(target).catch((error: unknown) => asHaError(error).message)
        if (typeof connection === 'string') return connection
        const first = await connection.run(command).then(
          ({ stdout }) => stdout,
          (error: unknown) => asHaError(error).message,
        )
        // Whatever it was, the host can be used again.
        expect((await connection.run({ ...hello, repeatable: true })).stdout, JSON.stringify(cut)).toBe('in\n')
        return first
      } finally {
        pool.closeAll()
        proxy.close()
      }
    }

    async function fates(command: Command): Promise<readonly string[]> {
      const all: string[] = []
      for (let from = 0; from < cuts.length; from += 10) {
        all.push(...(await Promise.all(cuts.slice(from, from + 10).map(async (cut) => await cutOnce(cut, command)))))
      }
      return all
    }

    const LOGIN = /^the host does not let ops in: .*tried: key/

    it('ends a login in a plain error, or is lost, or is not noticed', async () => {
      const seen = (await fates(hello)).map((fate) =>
        LOGIN.test(fate) ? 'login' : fate.startsWith('connection lost while “hello” ran') ? 'lost' : fate,
      )
      expect(new Set(seen)).toEqual(new Set(['in\n', 'login', 'lost']))
    })

    it('leaves no trace on what only looks, once logged in', async () => {
      const seen = (await fates({ ...hello, repeatable: true })).map((fate) => (LOGIN.test(fate) ? 'login' : fate))
      expect(new Set(seen)).toEqual(new Set(['in\n', 'login']))
    })
  })

  it('keys are exchanged anew within a transfer', async () => {
    const server = await box.server('rekeying', { settings: ['RekeyLimit 1M'] })
    const connection = await newPool().connect(at(server))
    const line = `${'x'.repeat(1023)}\n`
    const up = await connection.run({
      label: 'up',
      script: `wc -c <<'EOF'\n${line.repeat(16 * 1024)}EOF`,
      timeoutSeconds: 120,
    })
    expect(up.stdout.trim()).toBe(String(16 * 2 ** 20))
    const down = await connection.run({ label: 'down', script: 'yes | head -c 8388608', timeoutSeconds: 120 })
    expect(down.stdout === 'y\n'.repeat(4 * 2 ** 20)).toBe(true)
  })

  it('IPv6', async () => {
    const { target } = await proxied(sshd, undefined, { host: '::1' })
    expect(await answer(target, newPool())).toBe('in\n')
  })
})
