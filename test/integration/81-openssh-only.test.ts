import { execFileSync, spawn } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { fingerprint } from '../../src/connection/host-keys/known-hosts.ts'
import { type Pool, createPool } from '../../src/connection/pool.ts'
import type { Connection, Target } from '../../src/connection/types.ts'
import { HaError, UnreachableError } from '../../src/lib/errors.ts'
import { Secret } from '../../src/lib/secret.ts'
import { type Server, type SshBox, makeKey, startBox } from './support/ssh-box.ts'
import { underWay } from './support/ssh-faults.ts'

type Wish = Partial<Target>

const whoami = { label: 'id', script: 'id -un', timeoutSeconds: 20 }
const POOL = fileURLToPath(new URL('../../dist/connection/pool.js', import.meta.url))
const path = process.env.PATH
/** Variables that a test sets for the ssh it starts. */
const OF_TESTS = ['KRB5_CONFIG', 'KRB5CCNAME', 'SSH_ASKPASS', 'SSH_ASKPASS_REQUIRE', 'HA_PROVISION_PASSWORD'] as const

let box: SshBox
let home: string
let pool: Pool = createPool()
let plain: Server
let passwords: Server
let certified: Server
let hidden: Server

beforeAll(async () => {
  box = await startBox('openssh-only')
  // What the transport leaves behind, files and processes, is told by this path.
  home = join(box.folder, "tmp o'100%h")
  mkdirSync(home)
  process.env.TMPDIR = home
  makeKey(box.folder, 'ca')
  writeFileSync(join(box.folder, 'in', 'ca.pub'), readFileSync(join(box.folder, 'ca.pub')))
  plain = await box.server('plain')
  hidden = await box.server('hidden', { hidden: true })
  passwords = await box.server('passwords', { settings: ['PasswordAuthentication yes', 'PubkeyAuthentication no'] })
  certified = await box.server('certified', {
    settings: [
      'TrustedUserCAKeys /in/ca.pub',
      'AuthorizedKeysFile none',
      'HostCertificate /in/host_certified-cert.pub',
    ],
  })
  sign('host_certified', join(box.folder, 'in', 'host_certified.pub'), '-h', '-n', '127.0.0.1')
  await box.exec(`kill -HUP $(cat /run/certified.pid)
    for i in $(seq 300); do
      [ "$(grep -c 'Server listening on 0.0.0.0' /var/log/certified.log)" -ge 2 ] && exit 0; sleep 0.1
    done; exit 1`)
})
afterAll(async () => {
  await box.remove()
})
afterEach(() => {
  pool.closeAll()
  process.env.PATH = path
  for (const name of OF_TESTS) Reflect.deleteProperty(process.env, name)
})

const to = (server: Server, wish: Wish = {}): Target => box.target(server, { transport: 'openssh', ...wish })
const within = (server: Server, wish: Wish = {}): Target => box.insideTarget(server, { transport: 'openssh', ...wish })

async function connect(target: Target): Promise<Connection> {
  pool = createPool()
  return await pool.connect(target)
}

async function user(target: Target): Promise<string> {
  const connection = await connect(target)
  const { stdout } = await connection.run({ ...whoami, plain: true })
  pool.closeAll()
  return stdout.trim()
}

async function failure(target: Target): Promise<string> {
  try {
    await connect(target)
  } catch (error) {
    expect(error).toBeInstanceOf(UnreachableError)
    if (error instanceof HaError) return error.describe()
  }
  throw new Error('it did not fail')
}

/** Signs a public key with the CA: ssh-keygen writes the certificate beside it. */
function sign(identity: string, publicKey: string, ...options: readonly string[]): void {
  execFileSync('ssh-keygen', ['-q', '-s', join(box.folder, 'ca'), '-I', identity, ...options, publicKey])
}

/** A key that only a certificate lets in, and its certificate. */
function certifiedKey(
  name: string,
  ...options: readonly string[]
): { readonly key: string; readonly certificate: string } {
  const key = makeKey(box.folder, name)
  sign(name, `${key}.pub`, '-n', 'ops', ...options)
  return { key, certificate: `${key}-cert.pub` }
}

function file(name: string, content: string, mode = 0o600): string {
  const made = join(box.folder, name)
  writeFileSync(made, content, { mode })
  chmodSync(made, mode)
  return made
}

/** Ours that still run: each has a path in the folder in its arguments. */
function leftProcesses(): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && name !== String(process.pid))
    .flatMap((pid) => {
      try {
        const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
        return command.includes(join(box.folder, 'tmp o')) ? [command] : []
      } catch {
        return []
      }
    })
}

const leftFolders = (): string[] => readdirSync(home).filter((name) => name.startsWith('ha-ssh-'))

/** Waits for what has to come, some seconds at most. */
async function soon(done: () => boolean, seconds = 20): Promise<void> {
  for (let tries = 0; tries < seconds * 20 && !done(); tries += 1) await sleep(50)
}

describe('certificates of users', () => {
  it('a certificate that is named', async () => {
    const { key, certificate } = certifiedKey('named')
    expect(await user(to(certified, { identityFiles: [key], certificateFiles: [certificate] }))).toBe('ops')
  })

  it('a certificate beside its key', async () => {
    const { key } = certifiedKey('beside')
    expect(await user(to(certified, { identityFiles: [key] }))).toBe('ops')
  })

  it('a certificate in an agent', async () => {
    const { key } = certifiedKey('in-agent')
    const socket = join(box.folder, 'agent')
    const agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: 'ignore' })
    try {
      await soon(() => existsSync(socket))
      execFileSync('ssh-add', ['-q', key], { env: { ...process.env, SSH_AUTH_SOCK: socket }, stdio: 'ignore' })
      const wish = { agent: socket, identityFiles: [], identitiesOnly: false }
      expect(await user(to(certified, wish))).toBe('ops')
    } finally {
      agent.kill()
    }
  })

  it('one that has expired', async () => {
    const { key, certificate } = certifiedKey('expired', '-V', '20200101:20200102')
    const said = await failure(to(certified, { identityFiles: [key], certificateFiles: [certificate] }))
    expect(said).toContain(`does not let ops in (tried: certificate ${certificate}`)
  })
})

describe('certificates of hosts', () => {
  const authority = (key: string): Wish => ({
    ...{ identityFiles: [certifiedKey(`for-host-${Math.random()}`).key] },
    knownHosts: [file('authorities', `@cert-authority [127.0.0.1]:${certified.port ?? 0} ${key}\n`)],
  })

  it('one of the authority in known_hosts', async () => {
    const key = readFileSync(join(box.folder, 'ca.pub'), 'utf8').trim()
    expect(await user(to(certified, authority(key)))).toBe('ops')
  })

  it('one of another authority', async () => {
    const said = await failure(to(certified, authority(plain.hostKey)))
    expect(said).toMatch(
      /is known by its certificate authority only \(.*authorities:1\), which does not vouch for it: ./,
    )
  })
})

describe('pinned host keys', () => {
  const pin = (server: Server): string => fingerprint(Buffer.from(server.hostKey.split(' ')[1] ?? '', 'base64'))

  it('the right one needs no known_hosts', async () => {
    const pinnedKeys = [pin(passwords), pin(plain)]
    expect(await user(to(plain, { pinnedKeys, knownHosts: [] }))).toBe('ops')
  })

  it('a wrong one is refused, whatever known_hosts says, and no new one accepted', async () => {
    const said = await failure(to(plain, { pinnedKeys: [pin(passwords)], hostKeyPolicy: 'accept-new' }))
    expect(said).toContain(pin(plain))
  })

  it('behind a jump host', async () => {
    const wish = { pinnedKeys: [pin(hidden)], knownHosts: [] }
    expect(await user(within(hidden, { ...wish, jumps: [to(plain, { pinnedKeys: [pin(plain)] })] }))).toBe('ops')
  })
})

describe('Kerberos', () => {
  const KRB5 = `[libdefaults]
  default_realm = LAB
  dns_lookup_kdc = false
  dns_lookup_realm = false
  dns_canonicalize_hostname = false
  rdns = false
[realms]
  LAB = {
    kdc = 127.0.0.1:8888
  }
[domain_realm]
  127.0.0.1 = LAB
`
  // The ticket for the host is got within the box, so that no KDC has to be published.
  const TICKET = `exec 3>&1 >&2
    printf '%s' '${KRB5}' > /etc/krb5.conf
    printf '[kdcdefaults]\nkdc_ports = 8888\nkdc_tcp_ports = 8888\n' > /etc/krb5kdc/kdc.conf
    kdb5_util create -s -r LAB -P lab-master
    for one in '-pw lab-ops-pw ops' '-randkey host/127.0.0.1'; do kadmin.local -r LAB -q "addprinc $one"; done
    kadmin.local -r LAB -q 'ktadd host/127.0.0.1'
    krb5kdc -r LAB
    echo lab-ops-pw | kinit -c /tmp/ticket ops && kvno -c /tmp/ticket host/127.0.0.1 && base64 /tmp/ticket >&3`

  it('a ticket lets in', async () => {
    const settings = ['GSSAPIAuthentication yes', 'GSSAPIStrictAcceptorCheck no', 'PubkeyAuthentication no']
    const server = await box.server('kerberos', { settings })
    const cache = join(box.folder, 'ticket')
    writeFileSync(cache, Buffer.from(await box.exec(TICKET), 'base64'), { mode: 0o600 })
    process.env.KRB5_CONFIG = file('krb5.conf', KRB5)
    process.env.KRB5CCNAME = `FILE:${cache}`
    const sshConfig = file('gssapi', 'Host *\n  GSSAPIAuthentication yes\n')
    expect(await user(to(server, { identityFiles: [], sshConfig }))).toBe('ops')
    delete process.env.KRB5CCNAME
    expect(await failure(to(server, { identityFiles: [], sshConfig }))).toMatch(
      /nothing could be tried; the host accepts: .*gssapi-with-mic/,
    )
  })
})

describe('known_hosts', () => {
  it('new names are hashed where that is wished', async () => {
    const knownHosts = [file('hashed', '')]
    expect(await user(to(plain, { knownHosts, hostKeyPolicy: 'accept-new', hashKnownHosts: true }))).toBe('ops')
    expect(readFileSync(knownHosts[0] ?? '', 'utf8')).toMatch(/^\|1\|/)
    expect(await user(to(plain, { knownHosts }))).toBe('ops')
  })

  it('a host may have another name there, in the second of two files', async () => {
    const knownHosts = [file('empty one', ''), file('alias', `the-host ${plain.hostKey}\n`)]
    expect(await user(to(plain, { knownHosts, hostKeyAlias: 'the-host' }))).toBe('ops')
    expect(await failure(to(plain, { knownHosts }))).toContain('is not in known_hosts')
  })
})

it('an IPv6 address behind a jump host', async () => {
  const pinnedKeys = [fingerprint(Buffer.from(hidden.hostKey.split(' ')[1] ?? '', 'base64'))]
  expect(await user(within(hidden, { host: '::1', pinnedKeys, jumps: [to(plain)] }))).toBe('ops')
})

it('a connection may be idle for longer than a master lives that nobody uses', async () => {
  const connection = await connect(within(hidden, { jumps: [to(plain)] }))
  await sleep(8000)
  expect((await connection.run(whoami)).code).toBe(0)
})

describe('ssh_config', () => {
  it('a ProxyCommand there holds', async () => {
    const jump = `ssh -F none -i ${box.identity} -o UserKnownHostsFile=${box.knownHosts} -o BatchMode=yes`
    const way = `${jump} -p ${plain.port ?? 0} -W 127.0.0.1:${hidden.inside} ops@127.0.0.1`
    const sshConfig = file('ssh config', `Host far-away\n  ProxyCommand ${way}\n`)
    expect(await user(within(hidden, { sshConfig, sshConfigHost: 'far-away', proxyCommand: way }))).toBe('ops')
  })

  it('a ProxyCommand there that must not hold does not', async () => {
    const sshConfig = file('switched off', 'Host *\n  ProxyCommand false\n')
    expect(await user(to(plain, { sshConfig }))).toBe('ops')
    expect(await user(within(hidden, { sshConfig, jumps: [to(plain, { sshConfig })] }))).toBe('ops')
  })

  it('a ProxyJump there has been made jumps of, and does not hold again', async () => {
    const sshConfig = file('jumpy', `Host *\n  ProxyJump nowhere.invalid\n`)
    expect(await user(to(plain, { sshConfig }))).toBe('ops')
    expect(await user(within(hidden, { sshConfig, jumps: [to(plain, { sshConfig })] }))).toBe('ops')
  })

  it('what the inventory says wins, what it does not say holds', async () => {
    const sshConfig = file('ciphers', 'Host *\n  User nobody\n  Port 1\n  Ciphers aes256-ctr\n  LocalForward 1 x:1\n')
    expect(await user(to(plain, { sshConfig }))).toBe('ops')
    const broken = file('broken', 'Host *\n  Ciphers rot13\n')
    expect(await failure(to(plain, { sshConfig: broken }))).toContain('Bad SSH2 cipher spec')
  })
})

describe('secrets', () => {
  it("the operator's own askpass program is never asked", async () => {
    const asked = join(box.folder, 'asked')
    process.env.SSH_ASKPASS = file('askpass', `#!/bin/sh\necho >> '${asked}'\n`, 0o700)
    process.env.SSH_ASKPASS_REQUIRE = 'force'
    const locked = file('locked', readFileSync(box.identity, 'utf8'))
    execFileSync('ssh-keygen', ['-q', '-p', '-f', locked, '-P', '', '-N', 'a phrase'])
    const said = await failure(to(plain, { identityFiles: [locked] }))
    expect(said).toMatch(/locked: it needs a passphrase\)\n.*HA_PROVISION_PASSPHRASE/)
    expect(existsSync(asked)).toBe(false)
  })

  it('are in no argument, environment or file', async () => {
    process.env.HA_PROVISION_PASSWORD = 'not-the-one'
    const wish = { user: 'opspw', identityFiles: [], password: new Secret('not-the-one') }
    const login = failure(to(passwords, wish))
    const ended = new AbortController()
    const end = (): void => {
      ended.abort()
    }
    login.then(end, end)
    const seen: string[] = []
    const looked = new Set<string>()
    while (!ended.signal.aborted) {
      await sleep(20)
      for (const folder of leftFolders())
        for (const name of readdirSync(join(home, folder)).filter((one) => /^[kp]/.test(one)))
          seen.push(...contents(join(home, folder, name)))
      for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name) && name !== String(process.pid))) {
        const [command = ''] = contents(`/proc/${pid}/cmdline`)
        if (!command.includes(join(box.folder, 'tmp o'))) continue
        looked.add(command.split('\0')[0] ?? '')
        seen.push(command, ...contents(`/proc/${pid}/environ`))
      }
    }
    expect(await login).toContain('tried: password')
    expect([...looked]).toContain('ssh')
    expect(seen.filter((text) => text.includes('not-the-one'))).toEqual([])
  })
})

function contents(name: string): string[] {
  try {
    return [readFileSync(name, 'utf8')]
  } catch {
    return []
  }
}

describe('the ssh program', () => {
  it('that is not there', async () => {
    const empty = join(box.folder, 'empty')
    mkdirSync(empty)
    process.env.PATH = empty
    expect(await failure(to(plain))).toMatch(
      /there is no ssh program on this machine\n.*install openssh-client, or set connection\.transport: ssh2/,
    )
  })

  describe('that is too old', () => {
    beforeAll(() => {
      const bin = join(box.folder, 'old')
      mkdirSync(bin)
      const real = execFileSync('which', ['ssh'], { encoding: 'utf8' }).trim()
      file('old/ssh', `#!/bin/sh\n[ "$1" = -V ] && { echo OpenSSH_8.4p1 >&2; exit; }\nexec ${real} "$@"\n`, 0o755)
    })
    const old = (): void => {
      process.env.PATH = `${join(box.folder, 'old')}:${path ?? ''}`
    }

    it('for secrets and pins says so', async () => {
      old()
      expect(await failure(to(plain, { password: new Secret('x') }))).toMatch(
        /needs OpenSSH 8\.5, and the ssh of this machine is 8\.4\n.*ssh-add/,
      )
      expect(await failure(to(plain, { pinnedKeys: ['SHA256:x'] }))).toMatch(/a pinned host key needs OpenSSH 8\.5/)
    })

    it('logs in all the same, and refuses host keys in its own words', async () => {
      old()
      expect(await user(to(plain))).toBe('ops')
      expect(await failure(to(plain, { knownHosts: [] }))).toContain(
        'ssh refuses the host key: No ED25519 host key is known',
      )
    })
  })
})

describe('nothing is left', () => {
  const nothing = async (seconds?: number): Promise<void> => {
    await soon(() => leftProcesses().length === 0 && leftFolders().length === 0, seconds)
    expect(leftProcesses()).toEqual([])
    expect(leftFolders()).toEqual([])
  }

  it('after a run through a jump host', async () => {
    // What the tests before it had open may still be ending.
    await nothing()
    const connection = await connect(within(hidden, { jumps: [to(plain)] }))
    await connection.run(whoami)
    expect(leftProcesses().length).toBeGreaterThanOrEqual(2)
    expect(leftFolders()).toHaveLength(1)
    pool.closeAll()
    await nothing()
  })

  it('after a login that failed', async () => {
    await failure(to(plain, { knownHosts: [] }))
    await failure(to(passwords, { user: 'opspw', identityFiles: [], password: new Secret('wrong-one') }))
    await failure(within(hidden, { port: 1, jumps: [to(plain)] }))
    pool.closeAll()
    await nothing()
  })

  it('after the sshd was killed, which is told', async () => {
    const server = await box.server('mortal')
    const connection = await connect(to(server))
    const { done } = await underWay(connection, { label: 'sleep', script: 'sleep 60', timeoutSeconds: 90 })
    await box.stop(server)
    expect(await done.catch(String)).toMatch(
      /connection lost while “sleep” ran: .*(closed by remote host|[Bb]roken pipe|reset by peer)/,
    )
    await nothing()
  })

  it('while the host hangs', async () => {
    const connection = await connect(to(plain))
    await connection.run(whoami)
    await box.docker('pause')
    pool.closeAll()
    await nothing().finally(async () => {
      await box.docker('unpause')
    })
  })

  it.each(['SIGTERM', 'SIGKILL'] as const)('of a process that %s ended', async (name) => {
    const target = JSON.stringify(to(plain))
    const begun = `/tmp/begun-${name}`
    const program = `import { createPool } from ${JSON.stringify(POOL)}
      const connection = await createPool().connect(${target})
      connection.run({ label: 'sleep', script: ${JSON.stringify(`touch '${begun}'; sleep 8`)}, timeoutSeconds: 60 })
      setInterval(() => {}, 1000)`
    const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
      stdio: ['ignore', 'ignore', 'inherit'],
    })
    const isBegun = async (): Promise<boolean> =>
      (await box.exec(`[ -e ${begun} ] && echo begun || true`)).includes('begun')
    for (let tries = 0; tries < 60 && !(await isBegun()); tries += 1) await sleep(200)
    expect(await isBegun()).toBe(true)
    expect(leftProcesses()).not.toEqual([])
    child.kill(name)
    // ssh waits for what runs on the host: nothing tells that command that nobody waits for it any more.
    await soon(() => leftProcesses().length === 0, 30)
    expect(leftProcesses()).toEqual([])
    // Whoever is killed like this cannot remove its folder, which is empty.
    for (const folder of leftFolders()) {
      expect(readdirSync(join(home, folder))).toEqual([])
      execFileSync('rmdir', [join(home, folder)])
    }
  })

  it('of a process that was killed while it logged in', async () => {
    const program = `import { createPool } from ${JSON.stringify(POOL)}
      createPool().connect(${JSON.stringify(to(plain))})`
    const child = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: 'ignore' })
    let seen: string[] = []
    await soon(() => {
      seen = leftProcesses()
      return seen.length > 0
    })
    child.kill('SIGKILL')
    expect(seen).not.toEqual([])
    // When it has logged in ssh goes into the background, in which moment neither process may be seen.
    await sleep(3000)
    let empty = 0
    await soon(() => {
      empty = leftProcesses().length === 0 ? empty + 1 : 0
      return empty === 3
    })
    expect(empty, leftProcesses().join('\n')).toBe(3)
    for (const folder of leftFolders()) rmSync(join(home, folder), { recursive: true })
  })

  it('of a process that ends by itself without closing', async () => {
    const program = `import { createPool } from ${JSON.stringify(POOL)}
      const connection = await createPool().connect(${JSON.stringify(to(plain))})
      process.exit(0)`
    execFileSync(process.execPath, ['--input-type=module', '-e', program], { stdio: 'inherit' })
    await nothing()
  })
})
