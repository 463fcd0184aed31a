import { appendFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createPool } from '../src/connection/pool.ts'
import type { Endpoint } from '../src/connection/types.ts'
import { type DelayProxy, startDelayProxy } from '../test/integration/support/delay-proxy.ts'
import { type Server, startBox } from '../test/integration/support/ssh-box.ts'

/** As many hosts as ports; an sshd listens on sixteen at most. */
const SERVERS = 4
const PORTS_EACH = 10
const FIRST_PORT = 2400
/** Many begin at once: what is to be measured is not how long a server that had enough makes one wait. */
const OPEN = 'MaxStartups 200:30:300'

export type Way = 'direct' | 'jump'

/** Where a host is reached, and its name in ssh's configuration. */
export interface Place {
  readonly name: string
  readonly host: string
  readonly port: number
  readonly way: Way
  readonly server: Server
}

/**
 * Hosts to log in to, and a jump host before them, in one container. The hosts are ports of a few sshds, which fork for each
 * connection anyway: the same work for whoever connects.
 */
export interface Hosts {
  places(count: number, way: Way): readonly Place[]
  /** Connects to all at once in this process, runs `true` on each, and takes leave. */
  connect(transport: Endpoint['transport'], places: readonly Place[]): Promise<void>
  /** The same on one of them by plain ssh: the words of its command line. Nothing is shared between two of these. */
  command(place: Place): readonly string[]
  /** How many connections the jump host has had so far. */
  jumpConnections(): Promise<number>
  /** A host behind a slow line of its own. */
  behind(delayMs: number): Promise<{ readonly place: Place; readonly line: DelayProxy }>
  remove(): Promise<void>
}

export async function startHosts(): Promise<Hosts> {
  const box = await startBox('bench')
  const ports: { readonly port: number; readonly server: Server }[] = []
  for (let index = 0; index < SERVERS; index += 1) {
    const own = Array.from({ length: PORTS_EACH }, (_, port) => FIRST_PORT + index * PORTS_EACH + port)
    const settings = [OPEN, 'AddressFamily inet', ...own.map((port) => `Port ${port}`)]
    const server = await box.server(`host${index}`, { settings })
    ports.push(...own.map((port) => ({ port, server })))
  }
  const jump = await box.server('jump', { settings: [OPEN] })
  const address = (await box.exec('hostname -i')).trim()
  const lines: DelayProxy[] = []
  const knownHosts = join(box.folder, 'known_hosts_bench')
  const config = join(box.folder, 'config')
  const common = `  User ops
  IdentityFile ${box.identity}
  IdentitiesOnly yes
  UserKnownHostsFile ${knownHosts}
  BatchMode yes
  ControlMaster no
`
  const add = async ({ name, host, port, way, server }: Place): Promise<void> => {
    const proxy = way === 'jump' ? '  ProxyJump jump\n' : ''
    await appendFile(config, `Host ${name}\n  HostName ${host}\n  Port ${port}\n${proxy}${common}`)
    await appendFile(knownHosts, `[${host}]:${port} ${server.hostKey}\n`)
  }
  const placesOf = (way: Way): readonly Place[] =>
    ports.map((one) => ({ ...one, way, name: `${way}${one.port}`, host: way === 'jump' ? '127.0.0.1' : address }))
  const all = { direct: placesOf('direct'), jump: placesOf('jump') }
  await writeFile(config, `Host jump\n  HostName 127.0.0.1\n  Port ${jump.port ?? 0}\n${common}`)
  await writeFile(knownHosts, `[127.0.0.1]:${jump.port ?? 0} ${jump.hostKey}\n`)
  for (const place of [...all.direct, ...all.jump]) await add(place)

  return {
    places: (count, way) => all[way].slice(0, count),
    async connect(transport, places) {
      const pool = createPool()
      const jumps = [box.target(jump, { knownHosts: [knownHosts], transport })]
      const one = async ({ name, host, port, way, server }: Place): Promise<void> => {
        const wish = { name, host, port, knownHosts: [knownHosts], transport, jumps: way === 'jump' ? jumps : [] }
        const connection = await pool.connect(box.target(server, wish))
        const { code } = await connection.run({ label: 'true', script: 'true', timeoutSeconds: 60, plain: true })
        if (code !== 0) throw new Error(`${name}: true ended with ${code}`)
      }
      try {
        await Promise.all(places.map(one))
      } finally {
        pool.closeAll()
      }
    },
    command: ({ name }) => ['ssh', '-F', config, name, 'true'],
    async jumpConnections() {
      return (await box.log(jump)).split('\n').filter((entry) => entry.startsWith('Connection from ')).length
    },
    async behind(delayMs) {
      const server = ports[0]?.server
      if (server?.port === undefined) throw new Error('the first server is published')
      const line = await startDelayProxy({ to: server.port, delayMs })
      lines.push(line)
      const place: Place = { name: `slow${line.port}`, host: '127.0.0.1', port: line.port, way: 'direct', server }
      await add(place)
      return { place, line }
    },
    async remove() {
      for (const line of lines) line.close()
      await box.remove()
    },
  }
}
