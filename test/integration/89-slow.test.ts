import { appendFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type Pool, createPool } from '../../src/connection/pool.ts'
import type { Command, Connection, Target } from '../../src/connection/types.ts'
import type { Lab } from '../../src/lab/state.ts'
import { Secret } from '../../src/lib/secret.ts'
import { cli, outcome } from './support/cli.ts'
import { anyLab } from './support/cluster.ts'
import { manyLines, sha256 } from './support/many-lines.ts'
import { slowLab } from './support/slow-lab.ts'
import { type DelayProxy, type DelayOptions, startDelayProxy } from './support/delay-proxy.ts'
import { type Server, type SshBox, startBox } from './support/ssh-box.ts'
import { transports } from './support/transports.ts'

const DELAY_MS = 100
/** Where round trips are counted: more than a host takes to answer on a busy machine, for what comes later than a round trip may count for the next one. */
const FAR_MS = 250
const FAR: readonly [Partial<DelayOptions>, Partial<Target>] = [{ delayMs: FAR_MS }, { connectTimeoutSeconds: 60 }]
const MEBIBYTES = 2 ** 20

const first: Command = { label: 'first', script: 'uname', timeoutSeconds: 30, followed: true }
const second: Command = { label: 'second', script: 'id -un; cat', timeoutSeconds: 30 }
describe.each(transports)('slow lines, %s', (transport) => {
  let box: SshBox
  let pool: Pool
  const proxies: DelayProxy[] = []
  const servers = new Map<string, Server>()

  beforeAll(async () => {
    box = await startBox(`slow-${transport}`)
    servers.set('openssh', await box.server('openssh'))
    servers.set('dropbear', await box.server('dropbear', { kind: 'dropbear' }))
    servers.set('narrow', await box.server('narrow', { settings: ['MaxSessions 1'] }))
    // As it would be in the log of a host.
    await box.exec(`echo 'Defaults logfile=/var/log/sudo.log' > /etc/sudoers.d/log`)
    pool = createPool()
  })
  afterEach(() => {
    pool.closeAll()
    pool = createPool()
    for (const proxy of proxies.splice(0)) proxy.close()
  })
  afterAll(async () => {
    await box.remove()
  })

  /** A slow line to a server, and a target at its end. */
  async function slow(
    name: string,
    options: Partial<DelayOptions> = {},
    wish: Partial<Target> = {},
  ): Promise<{ target: Target; line: DelayProxy }> {
    const server = servers.get(name)
    if (server?.port === undefined) throw new Error(`${name}: no such server`)
    const line = await startDelayProxy({ to: server.port, delayMs: DELAY_MS, ...options })
    proxies.push(line)
    const host = options.at ?? '127.0.0.1'
    const knownHosts = join(box.folder, 'known_hosts_slow')
    await appendFile(knownHosts, `[${host}]:${line.port} ${server.hostKey}\n`)
    return { line, target: box.target(server, { host, port: line.port, knownHosts: [knownHosts], transport, ...wish }) }
  }

  const trips = (line: DelayProxy): number => line.passages[0]?.trips ?? 0

  describe.each(['openssh', 'dropbear'])('%s', (kind) => {
    it('logs in, runs two commands, and answers through a forward within 14 round trips', async () => {
      const least = await lowest(14, async () => {
        const { target, line } = await slow(kind, ...FAR)
        const connection = await pool.connect(target)
        expect(await connection.run(first)).toMatchObject({ stdout: 'Linux\n' })
        expect(await connection.run(second)).toMatchObject({ stdout: 'root\n' })
        expect(await banner(connection, servers.get(kind)?.inside)).toMatch(/^SSH-2\.0-/)
        expect(line.passages).toHaveLength(1)
        // TCP, the banners, the keys, the login: fewer would mean that they are not counted.
        expect(trips(line)).toBeGreaterThanOrEqual(7)
        return trips(line)
      })
      expect(least).toBeLessThanOrEqual(14)
    })

    it('begins the command that follows another one at once', async () => {
      // One, and one more where the two ends speak at once.
      const least = await lowest(2, async () => {
        const { target, line } = await slow(kind, ...FAR)
        const connection = await pool.connect(target)
        await connection.run(first)
        const before = trips(line)
        await connection.run(second)
        return trips(line) - before
      })
      expect(least).toBeLessThanOrEqual(2)
    })

    it('many hosts at once, each with commands side by side', async () => {
      // dropbear takes five from one address that have not logged in yet.
      const hosts = await Promise.all(
        Array.from({ length: kind === 'dropbear' ? 5 : 10 }, async () => await slow(kind)),
      )
      const answers = await Promise.all(
        hosts.map(async ({ target }) => {
          const connection = await pool.connect(target)
          return await Promise.all([1, 2, 3].map(async () => (await connection.run(second)).stdout))
        }),
      )
      expect(new Set(answers.flat())).toEqual(new Set(['root\n']))
      expect(hosts.map(({ line }) => line.passages.length)).toEqual(hosts.map(() => 1))
    })

    it('over a line with loss, 1 MB in, 1 MB out and commands side by side are intact', async () => {
      const { target, line } = await slow(kind, { delayMs: 20, loss: { seed: 89, chance: 0.005 } })
      const connection = await pool.connect(target)
      const text = manyLines(1, MEBIBYTES)
      const small = Array.from(
        { length: 6 },
        (_, index) => `n=0; while [ $n -lt 200 ]; do n=$((n+1)); echo ${index}:$n; done`,
      )
      const [sent, received, ...rest] = await Promise.all([
        connection.run({ label: 'in', script: `sha256sum <<'end'\n${text}end\n`, timeoutSeconds: 120 }),
        connection.run({
          label: 'out',
          script: `yes 0123456789abcdefghijklmnopqrstuvwxyz | head -c ${MEBIBYTES}`,
          timeoutSeconds: 120,
        }),
        ...small.map(async (script) => await connection.run({ label: 'small', script, timeoutSeconds: 120 })),
      ])
      expect(sent.stdout).toBe(`${sha256(text)}  -\n`)
      expect(received.stdout).toBe('0123456789abcdefghijklmnopqrstuvwxyz\n'.repeat(MEBIBYTES / 32).slice(0, MEBIBYTES))
      const numbers = Array.from({ length: 200 }, (_, index) => index + 1)
      expect(rest.map(({ stdout }) => stdout)).toEqual(
        small.map((_, index) => numbers.map((number) => `${index}:${number}\n`).join('')),
      )
      expect(line.passages[0]?.sent).toBeGreaterThan(MEBIBYTES)
      expect(line.passages[0]?.received).toBeGreaterThan(MEBIBYTES)
    })

    it('as a jump host, with a slow line before it and behind it', async () => {
      const gateway = (await box.exec(`ip route | sed -n 's/^default via \\([^ ]*\\).*/\\1/p'`)).trim()
      const least = await lowest(14, async () => {
        const { target: jump, line: near } = await slow(kind)
        const { target, line: far } = await slow('openssh', { at: gateway }, { jumps: [jump] })
        const connection = await pool.connect(target)
        expect(await connection.run(first)).toMatchObject({ stdout: 'Linux\n' })
        expect(await connection.run(second)).toMatchObject({ stdout: 'root\n' })
        expect(far.passages).toHaveLength(1)
        expect(near.passages).toHaveLength(1)
        return trips(far)
      })
      expect(least).toBeLessThanOrEqual(14)
    })

    it('loses the connection as such when the line is cut', async () => {
      const { target, line } = await slow(kind)
      const connection = await pool.connect(target)
      await connection.run(first)
      const running = connection.run({ label: 'waiting', script: 'sleep 60', timeoutSeconds: 90 })
      line.close()
      await expect(running).rejects.toThrow('connection lost while “waiting” ran')
    })
  })

  it('answers sudo once, and the command that follows too', async () => {
    const wish = { user: 'opspw', becomePassword: new Secret('lab-opspw-pw') }
    const { target } = await slow('openssh', {}, wish)
    const connection = await pool.connect(target)
    expect(await connection.run(first)).toMatchObject({ stdout: 'Linux\n' })
    expect(await connection.run(second)).toMatchObject({ stdout: 'root\n' })
  })

  it.each(['dashy', 'cshy', 'fishy', 'noisy'])(
    'the command that follows another one, for the login shell of %s',
    async (user) => {
      const { target } = await slow('openssh', { delayMs: 20 }, { user })
      const connection = await pool.connect(target)
      expect(await connection.run(first)).toMatchObject({ stdout: 'Linux\n', stderr: '' })
      expect(await connection.run(second)).toMatchObject({ stdout: 'root\n', stderr: '' })
    },
  )

  it('what was made ready for a command that never comes runs nothing, and leaves nothing', async () => {
    const { target } = await slow('openssh', { delayMs: 20 })
    const becomes = async (): Promise<number> => Number(await box.exec('grep -c COMMAND= /var/log/sudo.log || true'))
    const before = await becomes()
    const connection = await pool.connect(target)
    await connection.run(first)
    connection.close()
    await expect.poll(async () => await box.exec(`pgrep -fc '[I]FS= read' || true`), { timeout: 10_000 }).toBe('0')
    expect(await becomes()).toBe(before + 1)
  })

  it('a host that opens one channel at a time makes nothing ready, and runs what follows all the same', async () => {
    const { target } = await slow('narrow', { delayMs: 20 })
    const connection = await pool.connect(target)
    expect(await connection.run(first)).toMatchObject({ stdout: 'Linux\n' })
    // Closed is what the host has read of it.
    const next = async (): Promise<string> => (await connection.run(second).catch(() => undefined))?.stdout ?? ''
    await expect.poll(next, { timeout: 10_000 }).toBe('root\n')
  })
})

describe('a second up over slow lines', () => {
  let lab: Lab
  beforeAll(async () => {
    lab = await anyLab()
  })

  it.each([
    { way: 'direct', atMost: 14 },
    // The jump host is logged in to before, once for all that are behind it: TCP, banners, keys, and three for the login.
    { way: 'jump', atMost: 14 + 6 },
  ] as const)('takes $atMost round trips at most, $way', { timeout: 600_000 }, async ({ way, atMost }) => {
    const slow = await slowLab(lab, way)
    try {
      expect(await cli(['up', slow.inventory])).toMatchObject({ code: 0 })
      slow.become(FAR_MS)
      const least = await lowest(atMost, async () => {
        const before = slow.lines.map(({ passages }) => passages.length)
        const ran = await cli(['up', slow.inventory])
        expect(outcome(ran)).toMatchObject({ outcome: 'nothing to do', executions: 4 })
        const counts = slow.lines.map(({ passages }, index) => {
          const [passage, ...more] = passages.slice(before[index])
          expect(more).toEqual([])
          expect(passage?.trips).toBeGreaterThan(7)
          return passage?.trips ?? Infinity
        })
        return Math.max(...counts)
      })
      expect(least).toBeLessThanOrEqual(atMost)
    } finally {
      slow.close()
    }
  })
})

/** The lowest of up to three counts: one is never too low, and may be too high on a busy machine (see startDelayProxy). */
async function lowest(atMost: number, count: () => Promise<number>): Promise<number> {
  let least = Infinity
  for (let tries = 0; tries < 3 && least > atMost; tries += 1) least = Math.min(least, await count())
  return least
}

/** What a server says first, by a forward. */
async function banner(connection: Connection, port = 0): Promise<string> {
  const stream = await connection.forward('127.0.0.1', port)
  const said = await new Promise<string>((resolve) =>
    stream.once('data', (chunk: Buffer) => {
      resolve(chunk.toString())
    }),
  )
  stream.destroy()
  return said
}
