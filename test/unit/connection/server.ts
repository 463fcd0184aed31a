import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import ssh2 from 'ssh2'
import type { AuthContext, Connection as ServerSide, ServerChannel } from 'ssh2'
import { endpointDefaults } from '../../../src/connection/endpoint.ts'
import type { Target } from '../../../src/connection/types.ts'

/** A new directory for a test's files. */
export const scratch = (): string => mkdtempSync(join(tmpdir(), 'connection-'))

/** Makes a key with ssh-keygen and gives its path. */
export function makeKey(directory: string, name: string, ...options: readonly string[]): string {
  const file = join(directory, name)
  execFileSync('ssh-keygen', ['-q', '-C', name, '-f', file, ...(options.includes('-N') ? [] : ['-N', '']), ...options])
  return file
}

export interface TestServerOptions {
  /** Private key files. */
  readonly hostKeys?: readonly string[]
  /** Undefined: it answers by itself. */
  readonly allow?: (context: AuthContext) => boolean | undefined
  readonly methods?: readonly ('publickey' | 'password' | 'keyboard-interactive')[]
  /** Instead of running the command line. */
  readonly exec?: (channel: ServerChannel, commandLine: string, client: ServerSide) => void
  readonly maxSessions?: number
  readonly forward?: 'yes' | 'prohibited'
}

/** A real SSH server in this process; command lines are run by the local sh, as sshd would run them. */
export interface TestServer {
  readonly port: number
  readonly directory: string
  readonly hostKey: string
  readonly clients: Set<ServerSide>
  /** The command lines that were run. */
  readonly commandLines: string[]
  readonly peak: { logins: number }
  /** A target that this server lets in. */
  target(wish?: Partial<Target>): Target
  stop(): Promise<void>
}

export async function startServer(options: TestServerOptions = {}): Promise<TestServer> {
  const directory = scratch()
  const keys = options.hostKeys ?? [makeKey(directory, 'host', '-t', 'ed25519')]
  const identity = makeKey(directory, 'id', '-t', 'ed25519')
  const commandLines: string[] = []
  const clients = new Set<ServerSide>()
  const peak = { logins: 0 }
  let sessions = 0
  let logins = 0
  const server = new ssh2.Server({ hostKeys: keys.map((file) => readFileSync(file)) }, (client) => {
    clients.add(client)
    logins += 1
    peak.logins = Math.max(peak.logins, logins)
    client.on('error', () => undefined)
    client.on('close', () => clients.delete(client))
    client.on('authentication', (context) => {
      const allowed = options.allow === undefined ? isIdentity(context, identity) : options.allow(context)
      if (allowed === true) context.accept()
      else if (allowed === false) context.reject([...(options.methods ?? ['publickey'])])
    })
    client.on('ready', () => {
      logins -= 1
    })
    client.on('session', (accept, reject) => {
      if (sessions >= (options.maxSessions ?? Infinity)) {
        reject()
        return
      }
      sessions += 1
      const session = accept()
      session.on('pty', (acceptPty) => {
        acceptPty()
      })
      session.on('exec', (acceptExec, _reject, info) => {
        commandLines.push(info.command)
        const channel = acceptExec()
        channel.on('close', () => {
          sessions -= 1
        })
        if (options.exec === undefined) runLocally(channel, info.command)
        else options.exec(channel, info.command, client)
      })
    })
    client.on('tcpip', (accept, reject, info) => {
      if (options.forward === 'prohibited') {
        reject()
        return
      }
      const socket = connect({ host: info.destIP, port: info.destPort, noDelay: true })
      socket.once('connect', () => {
        const channel = accept()
        channel.on('error', () => undefined)
        channel.pipe(socket).pipe(channel)
      })
      socket.once('error', reject)
    })
  })
  // ssh2's own listener leaves Nagle's delay on, which makes every exchange 40 ms slower.
  const listener = createServer({ noDelay: true }, (socket) => {
    server.injectSocket(socket)
  })
  const port = await new Promise<number>((resolve) => {
    listener.listen(0, '127.0.0.1', () => {
      const address = listener.address()
      resolve(typeof address === 'object' && address !== null ? address.port : 0)
    })
  })
  const hostKey = keys[0] ?? ''
  const knownHosts = join(directory, 'known_hosts')
  writeFileSync(knownHosts, keys.map((file) => `[127.0.0.1]:${port} ${readFileSync(`${file}.pub`, 'utf8')}`).join(''))
  return {
    port,
    directory,
    hostKey,
    clients,
    commandLines,
    peak,
    target: (wish = {}) => ({
      ...endpointDefaults({
        name: 'box',
        host: '127.0.0.1',
        port,
        user: 'tester',
        identityFiles: [identity],
        knownHosts: [knownHosts],
        agent: false,
        connectTimeoutSeconds: 5,
      }),
      jumps: [],
      become: 'none',
      becomePassword: undefined,
      ...wish,
    }),
    stop: async () => {
      for (const client of clients) client.end()
      await new Promise((resolve) => {
        listener.close(resolve)
      })
    },
  }
}

function isIdentity(context: AuthContext, identity: string): boolean {
  if (context.method !== 'publickey') return false
  const parsed = ssh2.utils.parseKey(readFileSync(`${identity}.pub`))
  if (parsed instanceof Error || !parsed.getPublicSSH().equals(context.key.data)) return false
  return context.signature === undefined || context.blob === undefined
    ? true
    : parsed.verify(context.blob, context.signature, context.hashAlgo)
}

export function runLocally(channel: ServerChannel, commandLine: string): void {
  // Like sshd: a session of its own, no terminal.
  const child = spawn('/bin/sh', ['-c', commandLine], { detached: true })
  channel.pipe(child.stdin)
  child.stdin.on('error', () => undefined)
  // No faster than the window opens: of what piles up behind it the library loses the end now and then.
  child.stdout.pipe(channel, { end: false })
  child.stderr.pipe(channel.stderr, { end: false })
  child.on('exit', (code, signal) => {
    if (signal === null) channel.exit(code ?? 255)
    else channel.exit(signal.replace(/^SIG/, ''))
  })
  child.on('close', () => {
    // Not close(): what waits for the window would be lost.
    channel.end()
  })
}
