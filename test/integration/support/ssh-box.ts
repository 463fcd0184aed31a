import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ensureBaseImage } from '../../../src/lab/base-image.ts'
import { buildImage, hasImage, tagOfRecipe } from '../../../src/lab/build-image.ts'
import { labLabel } from '../../../src/lab/containers.ts'
import { ensureEngine } from '../../../src/lab/engine.ts'
import { projectName } from '../../../src/lab/layout.ts'
import { ensureProgram } from '../../../src/lab/machine.ts'
import { withLock } from '../../../src/lab/machine-lock.ts'
import { checkout } from '../../../src/lab/paths.ts'
import { run } from '../../../src/lab/run.ts'
import { endpointDefaults, type EndpointWish } from '../../../src/connection/endpoint.ts'
import type { Target } from '../../../src/connection/types.ts'

/** The first port within the box that is published on loopback, and how many are; those of hidden servers are not. */
const PUBLISHED = 2200
const PUBLISHED_COUNT = 20
const HIDDEN = 2300
const say = (): void => undefined

/** More than a script in the box waits for anything. */
const EXEC_SECONDS = 120
const UNTIL_READY = 'for i in $(seq 600); do [ -e /tmp/ready ] && exit 0; sleep 0.1; done; exit 1'

/** An SSH server of the box. */
export interface Server {
  readonly name: string
  /** Within the box, as a jump host sees it. */
  readonly inside: number
  /** On 127.0.0.1 of this machine; undefined when it is not published. */
  readonly port: number | undefined
  /** Its host key, public: `ssh-ed25519 AAAA…`. */
  readonly hostKey: string
}

export interface ServerOptions {
  readonly kind?: 'openssh' | 'dropbear' | 'busybox'
  /** Lines of sshd_config that come before the usual ones, or options of dropbear. */
  readonly settings?: readonly string[]
  /** Not published: only through another server. */
  readonly hidden?: boolean
  readonly keyType?: 'ed25519' | 'rsa' | 'ecdsa'
}

/** A container with many SSH servers (lab/images/ssh), and on this machine a folder with keys and known_hosts for them. */
export interface SshBox {
  /** On this machine: id (let in by all servers), id.pub, known_hosts, and whatever a test puts there. */
  readonly folder: string
  readonly identity: string
  readonly knownHosts: string
  server(name: string, options?: ServerOptions): Promise<Server>
  /** Ends a server with its sessions (`all`), or only what takes new connections. */
  stop(server: Server, what?: 'all' | 'listener'): Promise<void>
  /** Runs a POSIX script as root in the box. */
  exec(script: string): Promise<string>
  /** What a server has logged. */
  log(server: Server): Promise<string>
  /** Pauses and unpauses, restarts, and so on: `docker VERB box`. */
  docker(verb: 'pause' | 'unpause' | 'kill' | 'start'): Promise<void>
  /** A target for connection/pool: straight to a published server, as ops with `identity`; everything can be wished otherwise. */
  target(server: Server, wish?: Partial<Target>): Target
  /** A name and port to be used from within the box (through a jump host). */
  insideTarget(server: Server, wish?: Partial<Target>): Target
  remove(): Promise<void>
}

/** Starts a box of its own. `name` tells it from those of other test files. */
export async function startBox(name: string): Promise<SshBox> {
  await ensureEngine(say)
  await ensureProgram('ssh', 'openssh-client', say)
  const image = await ensureImage()
  const folder = await mkdtemp(join(tmpdir(), `ha-box-${name}-`))
  const identity = makeKey(folder, 'id')
  await mkdir(join(folder, 'in'))
  await writeFile(join(folder, 'in', 'authorized_keys'), await readFile(`${identity}.pub`))
  const project = projectName(checkout, `box-${name}`)
  const container = `${project}-box`
  const ports = await startContainer(container, [
    ...['--hostname', 'box', '--label', `${labLabel}=${project}`],
    ...['--cap-add', 'NET_ADMIN', '--sysctl', 'net.ipv6.conf.all.disable_ipv6=0'],
    ...['--volume', `${join(folder, 'in')}:/in`, image],
  ])
  const knownHosts = join(folder, 'known_hosts')
  await writeFile(knownHosts, '')
  const servers: Server[] = []
  const inBox = async (script: string): Promise<string> =>
    await run('docker', ['exec', container, 'sh', '-c', script], { seconds: EXEC_SECONDS })
  await inBox(UNTIL_READY)

  const box: SshBox = {
    folder,
    identity,
    knownHosts,
    exec: inBox,
    async server(serverName, options = {}) {
      const hidden = options.hidden === true
      const inside = (hidden ? HIDDEN : PUBLISHED) + servers.filter((one) => (one.port === undefined) === hidden).length
      const key = makeKey(join(folder, 'in'), `host_${serverName}`, options.keyType)
      const hostKey = (await readFile(`${key}.pub`, 'utf8')).split(' ').slice(0, 2).join(' ')
      const server: Server = { name: serverName, inside, port: hidden ? undefined : ports[inside - PUBLISHED], hostKey }
      servers.push(server)
      await writeFile(knownHosts, servers.map(knownLines).join(''))
      // sshd refuses a host key that others can read, and the folder is not root's within the box.
      const own = `/etc/ssh/host_${serverName}`
      await inBox(`install -m 0600 /in/host_${serverName} ${own}`)
      const words = [serverName, String(inside), options.kind ?? 'openssh', own, ...(options.settings ?? [])]
      await run('docker', ['exec', container, 'serve', ...words], { seconds: EXEC_SECONDS })
      return server
    },
    async stop(server, what = 'all') {
      // Each connection is a session of its own (setsid), which holds sshd's process without rights too.
      const sessions = 'for one in $list; do pkill -KILL -s $one; kill -KILL $one; done'
      await inBox(
        `pid=$(cat /run/${server.name}.pid); list=$(pgrep -P $pid); kill -KILL $pid; ${what === 'all' ? sessions : ':'}; true`,
      )
    },
    log: async (server) => await inBox(`cat /var/log/${server.name}.log`),
    async docker(verb) {
      // Files outlive a kill: the sign has to be made anew by the next start.
      if (verb === 'kill') await inBox('rm -f /tmp/ready')
      await run('docker', [verb, container], { seconds: 60 })
      if (verb === 'start') await inBox(UNTIL_READY)
    },
    target(server, wish = {}) {
      if (server.port === undefined) throw new Error(`${server.name} is hidden`)
      return targetTo(server.name, '127.0.0.1', server.port, wish)
    },
    insideTarget: (server, wish = {}) => targetTo(server.name, '127.0.0.1', server.inside, wish),
    async remove() {
      await run('docker', ['rm', '--force', '--volumes', container], { seconds: 60 })
      await rm(folder, { recursive: true, force: true })
    },
  }
  return box

  function targetTo(serverName: string, host: string, port: number, wish: Partial<Target>): Target {
    const usual: EndpointWish = {
      name: serverName,
      host,
      port,
      user: 'ops',
      identityFiles: [identity],
      agent: false,
      knownHosts: [knownHosts],
      sshConfig: 'none',
    }
    return { ...endpointDefaults(usual), jumps: [], become: 'auto', becomePassword: undefined, ...wish }
  }
}

function knownLines({ inside, port, hostKey }: Server): string {
  const names = [
    `[127.0.0.1]:${inside}`,
    `[inside.lab]:${inside}`,
    ...(port === undefined ? [] : [`[127.0.0.1]:${port}`]),
  ]
  return `${names.join(',')} ${hostKey}\n`
}

/** A key pair made by ssh-keygen, without a passphrase. */
export function makeKey(folder: string, name: string, type = 'ed25519'): string {
  const file = join(folder, name)
  execFileSync('ssh-keygen', ['-q', '-t', type, '-N', '', '-C', name, '-f', file])
  return file
}

async function ensureImage(): Promise<string> {
  const tag = await tagOfRecipe('ssh', 'bookworm')
  if (await hasImage(tag)) return tag
  await withLock('images', 900, { say, signal: undefined }, async () => {
    if (await hasImage(tag)) return
    const base = await ensureBaseImage('bookworm', say)
    await buildImage({ recipe: 'ssh', suite: 'bookworm', tag }, base.tag, base.origin, say)
  })
  return tag
}

/**
 * Starts the container, and says on which ports of loopback its servers are published. They are chosen here, because Docker
 * would choose others when the box is started again; one that somebody takes meanwhile is chosen anew.
 */
async function startContainer(name: string, words: readonly string[], tries = 3): Promise<readonly number[]> {
  const ports = await freePorts(PUBLISHED_COUNT)
  const published = ports.flatMap((port, index) => ['--publish', `127.0.0.1:${port}:${PUBLISHED + index}`])
  await run('docker', ['rm', '--force', name], { seconds: 60 }).catch(() => undefined)
  try {
    await run('docker', ['run', '--detach', '--name', name, ...published, ...words], { seconds: 60 })
    return ports
  } catch (error) {
    const isTaken = error instanceof Error && /address already in use|port is already allocated/.test(error.message)
    if (tries === 1 || !isTaken) throw error
    return await startContainer(name, words, tries - 1)
  }
}

/** Loopback ports that nobody listens on just now. */
async function freePorts(count: number): Promise<readonly number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer()
      server.listen(0, '127.0.0.1')
      await once(server, 'listening')
      return server
    }),
  )
  const ports = servers.map((server) => {
    const address = server.address()
    return typeof address === 'object' && address !== null ? address.port : 0
  })
  for (const server of servers) server.close()
  return ports
}
