import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect, createServer, type Server as NetServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createPool } from '../../src/connection/pool.ts'
import type { Event } from '../../src/engine/events.ts'
import { cli, cliText, ofType, outcome } from './support/cli.ts'
import { makeKey, type Server, type SshBox, startBox } from './support/ssh-box.ts'

type Ping = Extract<Event, { type: 'ping' }>
/** What an inventory says of one host, and of the connection. */
type Words = Readonly<Record<string, unknown>>

let box: SshBox
let folder: string
let openssh: Server
let dropbear: Server
let busybox: Server
let hidden: Server
let files = 0

beforeAll(async () => {
  box = await startBox('ping')
  folder = await mkdtemp(join(tmpdir(), 'ha-ping-'))
  openssh = await box.server('openssh')
  dropbear = await box.server('dropbear', { kind: 'dropbear' })
  busybox = await box.server('busybox', { kind: 'busybox' })
  hidden = await box.server('hidden', { hidden: true, keyType: 'ecdsa' })
})
afterAll(async () => {
  await box.remove()
  await rm(folder, { recursive: true, force: true })
})

/** An inventory whose hosts are these; YAML understands JSON. */
async function inventory(hosts: Readonly<Record<string, Words>>, connection: Words = {}): Promise<string> {
  files += 1
  const file = join(folder, `inventory-${files}.yaml`)
  const usual = {
    user: 'ops',
    agent: false,
    identity_file: box.identity,
    known_hosts: box.knownHosts,
    ssh_config: 'none',
  }
  const whole = {
    cluster: `cluster-${files}`,
    connection: { ...usual, ...connection },
    load_balancers: Object.fromEntries(
      Object.entries(hosts).map(([name, words], index) => [name, { address: `192.0.2.${index + 1}`, ...words }]),
    ),
    vips: { api: { address: '192.0.2.100/24', interface: 'eth0' } },
    haproxy: { frontends: { api: { bind: '*:6443', servers: { cp1: '192.0.2.201:6443' } } } },
  }
  await writeFile(file, JSON.stringify(whole))
  return file
}

/** An inventory whose hosts are all one server, seen from a jump host by different addresses: no two hosts may be one. */
async function manyAt(server: Server, hosts: Readonly<Record<string, Words>>, connection: Words = {}): Promise<string> {
  const known = join(folder, 'known_wide')
  await writeFile(known, `[127.0.0.*]:${server.inside} ${server.hostKey}\n`)
  const addressed = Object.entries(hosts).map(([name, words], index): [string, Words] => [
    name,
    { host: `127.0.0.${index + 1}`, port: server.inside, ...words },
  ])
  const ways = { jump: jumpTo(dropbear), known_hosts: [box.knownHosts, known], ...connection }
  return await inventory(Object.fromEntries(addressed), ways)
}

const at = ({ port }: Server): Words => ({ host: '127.0.0.1', port })
const within = ({ inside }: Server): Words => ({ host: '127.0.0.1', port: inside })
const jumpTo = ({ port }: Server, words: Words = {}): Words => ({ host: '127.0.0.1', port, ...words })

/** A port on 127.0.0.1 that leads to a server, where all that is said arrives so much later, in both directions. */
async function farAway(server: Server, milliseconds: number): Promise<number> {
  const slowly = (from: Socket, to: Socket): void => {
    from.on('data', (chunk) => setTimeout(() => to.write(chunk), milliseconds))
    from.on('end', () => setTimeout(() => to.end(), milliseconds))
    from.on('error', () => to.destroy())
  }
  const proxy = createServer((near) => {
    const far = connect({ host: '127.0.0.1', port: server.port ?? 0, noDelay: true })
    slowly(near, far)
    slowly(far, near)
  })
  const port = await listening(proxy)
  proxy.unref()
  return port
}

/** A port on 127.0.0.1 that nobody listens on. */
async function deafPort(): Promise<number> {
  const server = createServer()
  const port = await listening(server)
  server.close()
  return port
}

async function listening(server: NetServer): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

function fingerprintOf({ hostKey }: Server): string {
  return execFileSync('ssh-keygen', ['-lf', '-'], { input: hostKey, encoding: 'utf8' }).split(' ')[1] ?? ''
}

async function ping(file: string, ...words: readonly string[]) {
  const ran = await cli(['ping', file, ...words])
  const pings = new Map(ofType(ran.events, 'ping').map((one): [string, Ping] => [one.host, one]))
  return { ...ran, pings, end: outcome(ran) }
}

/** The row of a host, with whatever was measured taken out of it. */
function row(pings: ReadonlyMap<string, Ping>, host: string) {
  const { roundTrip, ...rest } = pings.get(host) ?? expect.fail(`${host} has no row`)
  return { ...rest, measured: roundTrip !== undefined && roundTrip > 0 && roundTrip < 30 }
}

describe('hosts that are well', () => {
  it('OpenSSH and dropbear: user, host key and how root was got, in one execution each', async () => {
    const { code, pings, events, end } = await ping(await inventory({ lb1: at(openssh), lb2: at(dropbear) }))
    expect(code).toBe(0)
    expect(end).toMatchObject({ outcome: 'done', hosts: 2, executions: 2 })
    for (const [host, server] of [
      ['lb1', openssh],
      ['lb2', dropbear],
    ] as const) {
      expect(row(pings, host)).toEqual({
        ...{
          type: 'ping',
          host,
          state: 'well',
          user: 'ops',
          way: [],
          transport: 'ssh2',
          become: 'sudo',
          measured: true,
        },
        hostKey: { type: 'ssh-ed25519', fingerprint: fingerprintOf(server) },
      })
    }
    expect(ofType(events, 'facts')).toEqual([])
  })

  it('through a jump host without a shell, and through a chain: the way is told, and the key is that of the host', async () => {
    const chain = [jumpTo(dropbear), { host: '127.0.0.1', port: busybox.inside, user: 'jump' }]
    const hosts = {
      lb1: { ...within(hidden), jump: jumpTo(busybox, { user: 'jump' }) },
      lb2: { ...within(hidden), host: 'inside.lab', jump: chain },
    }
    const { code, pings } = await ping(await inventory(hosts))
    expect(code).toBe(0)
    const hostKey = { type: 'ecdsa-sha2-nistp256', fingerprint: fingerprintOf(hidden) }
    expect(row(pings, 'lb1')).toMatchObject({ way: ['127.0.0.1'], hostKey, state: 'well', measured: true })
    expect(row(pings, 'lb2')).toMatchObject({ way: ['127.0.0.1', '127.0.0.1'], hostKey, state: 'well', measured: true })
  })

  it('every way to root: root already, sudo with and without a password, lectured or on a terminal, doas, su; nobody, where root logs in', async () => {
    const hosts = {
      lb1: { user: 'root' },
      lb2: { user: 'ops' },
      lb3: { user: 'opspw', become_password: { env: 'LB3_SUDO' } },
      lb4: { user: 'doer', become: 'doas' },
      lb5: { user: 'root', become: 'none' },
      lb6: { user: 'ops', become_password: { env: 'LB3_SUDO' } },
      lb7: { user: 'suer', become: 'su', become_password: { env: 'LB7_SU' } },
      lb8: { user: 'ttypw', become_password: { env: 'LB8_SUDO' } },
      lb9: { user: 'lectured', become_password: { env: 'LB9_SUDO' } },
    }
    const file = await manyAt(openssh, hosts)
    const { code, events } = await cli(['ping', file], {
      ...{ LB3_SUDO: 'lab-opspw-pw', LB7_SU: 'lab-root-pw' },
      ...{ LB8_SUDO: 'lab-ttypw-pw', LB9_SUDO: 'lab-lectured-pw' },
    })
    expect(code).toBe(0)
    const ways = Object.fromEntries(ofType(events, 'ping').map(({ host, become }) => [host, become]))
    expect(ways).toEqual({
      ...{ lb1: 'already root', lb2: 'sudo', lb3: 'sudo with password', lb4: 'doas', lb5: 'already root' },
      // A password that nobody asked for was not sent.
      lb6: 'sudo',
      ...{ lb7: 'su', lb8: 'sudo with password', lb9: 'sudo with password' },
    })
  })

  it('by the ssh program: the same row, of hosts and of one behind a jump host', async () => {
    const hosts = { lb1: at(openssh), lb2: at(dropbear), lb3: { ...within(hidden), jump: jumpTo(dropbear) } }
    const { code, pings, end } = await ping(await inventory(hosts, { transport: 'openssh' }))
    expect([code, end.executions]).toEqual([0, 3])
    for (const [host, server, type] of [
      ['lb1', openssh, 'ssh-ed25519'],
      ['lb2', dropbear, 'ssh-ed25519'],
      ['lb3', hidden, 'ecdsa-sha2-nistp256'],
    ] as const) {
      const hostKey = { type, fingerprint: fingerprintOf(server) }
      const told = { state: 'well', user: 'ops', transport: 'openssh', become: 'sudo', measured: true, hostKey }
      expect(row(pings, host)).toMatchObject(told)
    }
  })

  it('any login shell, talkative ones too', async () => {
    const users = ['fishy', 'cshy', 'dashy', 'noisy']
    const hosts = Object.fromEntries(users.map((user) => [user, { user }]))
    const { code, pings } = await ping(await manyAt(openssh, hosts))
    expect([code, users.map((user) => row(pings, user).state)]).toEqual([0, users.map(() => 'well')])
  })

  it('ten hosts at once, over one connection to their jump host', async () => {
    const names = Array.from({ length: 10 }, (_, index) => `lb${index + 1}`)
    const hosts = Object.fromEntries(names.map((name) => [name, {}]))
    const bastion = await box.server('bastion')
    const { code, pings, events, end } = await ping(await manyAt(hidden, hosts, { jump: jumpTo(bastion) }))
    expect([code, end.executions, ofType(events, 'ping').length]).toEqual([0, 10, 10])
    for (const name of names) expect(row(pings, name)).toMatchObject({ state: 'well', measured: true })
    expect((await box.log(bastion)).match(/Accepted publickey/g)).toHaveLength(1)
  })

  it('a host that is far away: what is measured is one round trip, and not two', async () => {
    const port = await farAway(openssh, 200)
    const known = join(folder, 'known_far')
    await writeFile(known, `[127.0.0.1]:${port} ${openssh.hostKey}\n`)
    const { code, pings } = await ping(await inventory({ lb1: { host: '127.0.0.1', port } }, { known_hosts: known }))
    expect(code).toBe(0)
    const seconds = pings.get('lb1')?.roundTrip ?? 0
    expect(seconds).toBeGreaterThan(0.39)
    expect(seconds).toBeLessThan(0.78)
  })

  it('a table for people, in the order of the inventory', async () => {
    const { code, stdout, stderr } = await cliText(['ping', await inventory({ lb1: at(openssh), lb2: at(dropbear) })])
    expect([code, stderr]).toEqual([0, ''])
    const lines = stdout.split('\n')
    expect(lines[0]).toBe(`cluster-${files}: ping, 2 hosts: lb1, lb2`)
    expect(lines[2]).toMatch(/^host {2}round trip {2}user {2}host key {2,}way {5}transport {2}become {2}state$/)
    const rowOf = (name: string, server: Server) =>
      new RegExp(
        `^${name} +[\\d.]+ ms +ops +ssh-ed25519 ${fingerprintOf(server).replaceAll(/[+]/g, '\\+')} +direct +ssh2 +sudo +well$`,
      )
    expect(lines[3]).toMatch(rowOf('lb1', openssh))
    expect(lines[4]).toMatch(rowOf('lb2', dropbear))
    expect(lines.at(-1)).toMatch(/^cluster-\d+: done, 2 hosts \([\d.]+ s\)$/)
  })
})

describe('hosts that are not reached', () => {
  it('a port nobody listens on, a key that is not let in: rows with the mend, and the others are shown', async () => {
    const stranger = makeKey(folder, 'stranger')
    const hosts = {
      lb1: { host: '127.0.0.1', port: await deafPort() },
      lb2: { ...at(openssh), identity_file: stranger },
      lb3: at(dropbear),
    }
    const file = await inventory(hosts)
    const { code, pings, end } = await ping(file)
    expect([code, end.outcome]).toEqual([4, 'unreachable'])
    expect(row(pings, 'lb1')).toMatchObject({ state: 'unreachable', user: 'ops', way: [], measured: false })
    expect(row(pings, 'lb1').problem?.message).toMatch(/^127\.0\.0\.1 port \d+ cannot be reached: connect ECONNREFUSED/)
    expect(row(pings, 'lb1').problem?.mend).toMatch(/^nothing listens there: is sshd running/)
    expect(row(pings, 'lb2').problem?.message).toContain(`the host does not let ops in (tried: key ${stranger}`)
    expect(row(pings, 'lb2').problem?.mend).toContain('authorized_keys')
    expect(row(pings, 'lb3').state).toBe('well')

    const { stdout, stderr } = await cliText(['ping', file])
    expect(stderr).toBe('')
    expect(stdout).toMatch(/^lb1 +– +ops +– +direct +ssh2 +– +unreachable$/m)
    expect(stdout).toMatch(/^lb2: the host does not let ops in .*\n {2}→ is connection\.user right/m)
    expect(stdout).toMatch(
      /: lb1, lb2 cannot be reached \([\d.]+ s\)\n {2}→ make lb1, lb2 reachable and run `ha-provision ping` again/,
    )
  })

  it('a changed host key, with both fingerprints and the line to remove; an unknown one', async () => {
    const known = join(folder, 'known_wrong')
    await writeFile(known, `[127.0.0.1]:${openssh.port ?? 0} ${dropbear.hostKey}\n`)
    const { code, pings } = await ping(await inventory({ lb1: at(openssh), lb2: at(dropbear) }, { known_hosts: known }))
    expect(code).toBe(4)
    const { problem } = row(pings, 'lb1')
    expect(problem?.message).toContain(fingerprintOf(openssh))
    expect(problem?.message).toContain(`${fingerprintOf(dropbear)} (${known}:1)`)
    expect(problem?.mend).toContain(`ssh-keygen -f ${known} -R`)
    expect(row(pings, 'lb2').problem?.message).toMatch(/is not in known_hosts; it shows the ED25519 key SHA256:/)
  })

  it('a host that takes the connection and says nothing: the wait ends with connect_timeout', async () => {
    const mute = await box.server('mute')
    await box.exec('kill -STOP $(cat /run/mute.pid)')
    const { code, pings } = await ping(await inventory({ lb1: at(mute), lb2: at(openssh) }, { connect_timeout: '6s' }))
    expect(code).toBe(4)
    expect(row(pings, 'lb1').problem?.message).toMatch(/SSH handshake .* was not done within 6 s/)
    expect(row(pings, 'lb2').state).toBe('well')
  })

  it('a jump host that does not forward: the row says which', async () => {
    const strict = await box.server('strict', { settings: ['AllowTcpForwarding no'] })
    const { code, pings } = await ping(await inventory({ lb1: within(hidden) }, { jump: jumpTo(strict) }))
    expect(code).toBe(4)
    expect(row(pings, 'lb1')).toMatchObject({ state: 'unreachable', way: ['127.0.0.1'] })
    expect(row(pings, 'lb1').problem?.message).toContain('not reached through jump host 127.0.0.1')
    expect(row(pings, 'lb1').problem?.mend).toContain('AllowTcpForwarding')
  })
})

describe('hosts that let in and give no root', () => {
  it('no right to sudo, a password that is asked for and not there, no sudo wanted: login works, and is measured', async () => {
    const hosts = {
      lb1: { user: 'nosudo' },
      lb2: { user: 'opspw' },
      lb3: { user: 'ops', become: 'none' },
      lb4: { user: 'ops', become: 'doas' },
      lb5: {},
    }
    const { code, pings, end } = await ping(await manyAt(openssh, hosts))
    expect([code, end.outcome]).toEqual([1, 'failed'])
    for (const host of ['lb1', 'lb2', 'lb3', 'lb4']) {
      expect(row(pings, host)).toMatchObject({ state: 'no root', measured: true })
      expect(row(pings, host).hostKey?.fingerprint).toBe(fingerprintOf(openssh))
      expect(row(pings, host).become).toBeUndefined()
    }
    expect(row(pings, 'lb1').problem?.message).toMatch(/sudo/)
    expect(row(pings, 'lb2').problem?.message).toMatch(/^sudo asks user opspw for a password/)
    expect(row(pings, 'lb3').problem?.message).toMatch(/^ops is not root there, and connection\.become is none/)
    expect(row(pings, 'lb4').problem?.message).toMatch(/^user ops may not use doas/)
    for (const host of ['lb1', 'lb2', 'lb3', 'lb4']) expect(row(pings, host).problem?.mend).toBeDefined()
    expect(row(pings, 'lb5').state).toBe('well')
    // One more for each that refused root, to measure without it.
    expect(end.executions).toBe(8)
  })

  it('a wrong password: tried once, never shown', async () => {
    const file = await inventory({ lb1: { ...at(openssh), user: 'opspw' } })
    const { code, stdout, stderr } = await cliText(['ping', file], { HA_PROVISION_BECOME_PASSWORD: 'not-this-one' })
    expect(code).toBe(1)
    expect(stdout).toMatch(/^lb1 +[\d.]+ ms +opspw .* – +no root$/m)
    expect(stdout).toMatch(
      /^lb1: sudo refused the become password of user opspw\n {2}→ correct .*; it was tried once$/m,
    )
    expect(stdout).toMatch(
      /: failed, lb1 without root \([\d.]+ s\)\n {2}→ mend what failed and run `ha-provision ping` again$/m,
    )
    expect(`${stdout}${stderr}`).not.toContain('not-this-one')
  })

  it('a login without a shell: said, with what the host said', async () => {
    const { code, pings } = await ping(await inventory({ lb1: { ...at(openssh), user: 'nobodyhome' } }))
    expect(code).toBe(1)
    expect(row(pings, 'lb1')).toMatchObject({ state: 'no root', measured: false })
    expect(row(pings, 'lb1').problem?.message).toMatch(/This account is currently not available/)
    expect(row(pings, 'lb1').problem?.mend).toMatch(/shell|chsh/)
  })
})

it('the example of CONTRIBUTING.md', async () => {
  const narrow = await box.server('narrow', { settings: ['MaxSessions 1'], hidden: true })
  const pool = createPool()
  const connection = await pool.connect(box.insideTarget(narrow, { jumps: [box.target(dropbear)], user: 'dashy' }))
  expect((await connection.run({ label: 'who', script: 'id -un', timeoutSeconds: 10 })).stdout).toBe('root\n')
  pool.closeAll()
})

describe('what it is told', () => {
  it('--limit: the others are not even asked', async () => {
    const limited = await box.server('limited')
    const file = await inventory({ lb1: at(openssh), lb2: at(limited) })
    const { code, pings } = await ping(file, '--limit', 'lb1')
    expect([code, [...pings.keys()]]).toEqual([0, ['lb1']])
    expect(await box.log(limited)).not.toMatch(/Connection from/)
    expect((await cli(['ping', file, '--limit', 'lb3'])).code).toBe(1)
  })

  it('several inventories: each has its table, and the exit code is the gravest', async () => {
    const well = await inventory({ lb1: at(openssh) })
    const refused = await inventory({ lb1: { ...at(openssh), user: 'nosudo' } })
    const { code, events } = await cli(['ping', refused, well])
    expect(code).toBe(1)
    expect(ofType(events, 'ping').map(({ state }) => state)).toEqual(['no root', 'well'])
    expect(ofType(events, 'finished').map(({ exitCode }) => exitCode)).toEqual([1, 0])
  })
})
