import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Reachable, Targets } from '../../src/cli/targets.ts'
import { createPool } from '../../src/connection/pool.ts'
import type { Target } from '../../src/connection/types.ts'
import { parseInventory } from '../../src/inventory/parse.ts'
import { renderProblem } from '../../src/lib/problem.ts'
import { Secret } from '../../src/lib/secret.ts'
import { cli, cliText, ofType } from './support/cli.ts'
import { makeKey, type Server, type SshBox, startBox } from './support/ssh-box.ts'

let box: SshBox
/** Published, with a name that no DNS knows. */
let web: Server
/** Lets two keys be tried, not six. */
let strict: Server
let near: Server
let mid: Server
let far: Server

beforeAll(async () => {
  box = await startBox('ssh-config')
  web = await box.server('web')
  strict = await box.server('strict', { settings: ['MaxAuthTries 3'] })
  near = await box.server('near')
  mid = await box.server('mid', { hidden: true })
  far = await box.server('far', { hidden: true })
  mkdirSync(join(box.folder, 'home'))
})
afterAll(async () => {
  await box.remove()
})

const known = (): string => `UserKnownHostsFile ${box.knownHosts}\n`
const published = ({ port }: Server): string => `HostName 127.0.0.1\nPort ${port ?? 0}\n`
const hidden = ({ inside }: Server): string => `HostName inside.lab\nPort ${inside}\n`
/** What lets us in everywhere, as most ssh_configs end. */
const common = (): string => `Host *\nUser ops\nIdentityFile ${box.identity}\n${known()}`

/** An inventory file whose hosts are these, followed by what a test says of the connection. */
function inventoryFile(config: string, hosts: readonly string[], connection = '', named = true): string {
  const sshConfig = join(box.folder, 'ssh_config')
  writeFileSync(sshConfig, config)
  const lines = hosts.map((host, index) => `  lb${index + 1}: { address: 10.0.0.${index + 1}, ${host} }`)
  const file = join(box.folder, 'inventory.yaml')
  const follow = connection.includes('ssh_config') || !named ? '' : `ssh_config: ${sshConfig},`
  writeFileSync(
    file,
    `cluster: box
connection: { ${follow} ${connection} }
load_balancers:
${lines.join('\n')}
vips: { api: { address: 10.0.0.100, interface: eth0 } }
haproxy:
  frontends: { kube: { bind: "*:7443", servers: { m1: "10.0.0.21:6443" } } }
  stats: { bind: { at: address, port: 9000 }, user: admin, password: generate }
`,
  )
  return file
}

interface World {
  readonly connection?: string
  readonly environment?: NodeJS.ProcessEnv
  /** The inventory names the ssh_config; so it does unless false. */
  readonly named?: boolean
}

/** The targets of such an inventory, in a home of their own. */
async function targetsOf(config: string, hosts: readonly string[], { connection, environment, named }: World = {}) {
  const file = inventoryFile(config, hosts, connection, named)
  const home = join(box.folder, 'home')
  const { inventory, problems } = parseInventory(readFileSync(file, 'utf8'), file, {
    ...{ home, directory: box.folder },
    secret: () => new Secret('unused'),
  })
  if (inventory === undefined) throw new Error(problems.map(renderProblem).join('\n'))
  const world = { PATH: process.env['PATH'], HOME: home, ...environment }
  return await new Targets(inventory, world).of(inventory.loadBalancers)
}

/** Who one is on a host, without become. */
async function whoami(...targets: readonly Target[]): Promise<readonly string[]> {
  const pool = createPool()
  try {
    const script = { label: 'id', script: 'id -un', timeoutSeconds: 20, plain: true }
    const ask = async (target: Target): Promise<string> =>
      (await (await pool.connect(target)).run(script)).stdout.trim()
    return await Promise.all(targets.map(ask))
  } finally {
    pool.closeAll()
  }
}

async function one(config: string, host: string, world: World = {}): Promise<Reachable> {
  const { reachable } = await targetsOf(config, [host], world)
  const [first] = reachable
  if (first === undefined) throw new Error('no host')
  return first
}

/** Logs in to a host that is reached by ssh_config alone. */
async function login(config: string, host = 'host: web', world: World = {}): Promise<string> {
  const { target } = await one(config, host, world)
  return (await whoami(target))[0] ?? ''
}

/** An agent with these keys; gone with the test. */
async function withAgent(keys: readonly string[], work: (socket: string) => Promise<void>): Promise<void> {
  const socket = join(box.folder, `agent-${keys.length}-${Date.now()}`)
  const told = execFileSync('ssh-agent', ['-a', socket], { encoding: 'utf8' })
  const [, pid = ''] = /SSH_AGENT_PID=(\d+)/.exec(told) ?? []
  try {
    for (const key of keys) execFileSync('ssh-add', ['-q', key], { env: { ...process.env, SSH_AUTH_SOCK: socket } })
    await work(socket)
  } finally {
    process.kill(Number(pid))
  }
}

describe('a login by ssh_config', () => {
  it('takes an alias with HostName, Port, User and IdentityFile', async () => {
    const config = `Host web\n${published(web)}User dashy\nIdentityFile ${box.identity}\n${known()}`
    expect(await login(config)).toBe('dashy')
  })

  it('follows Include', async () => {
    writeFileSync(join(box.folder, 'more.conf'), `Host web\n${published(web)}User suer\n`)
    expect(await login(`Include ${box.folder}/*.conf\n${common()}`)).toBe('suer')
  })

  it('follows Match host', async () => {
    expect(await login(`Match host w*\n${published(web)}User noisy\n${common()}`)).toBe('noisy')
  })

  it('follows Match user, and the user is that of the inventory', async () => {
    const config = `Match user suer\nHostName 127.0.0.1\nPort 1\nMatch user dashy\n${published(web)}${common()}`
    expect(await login(config, 'host: web, user: dashy')).toBe('dashy')
  })

  it('follows Match exec', async () => {
    const config = `Match exec "test %n = no"\nPort 1\nMatch exec "test %n = web"\n${published(web)}${common()}`
    expect(await login(config)).toBe('ops')
  })

  it('goes through ProxyJump with two hops, to a name that only the last of them knows', async () => {
    const config = `Host web\nProxyJump near,dashy@mid\n${hidden(far)}Host near\n${published(near)}User jumpy\nHost mid\n${hidden(mid)}`
    const { target } = await one(`${config.replace('jumpy', 'lectured')}${common()}`, 'host: web')
    expect(target.jumps.map(({ user, host }) => `${user}@${host}`)).toEqual(['lectured@127.0.0.1', 'dashy@inside.lab'])
    expect(await whoami(target)).toEqual(['ops'])
    expect(await box.log(mid)).toContain('Accepted publickey for dashy')
  })

  it('goes to a hop as that hop says, by a hop of its own', async () => {
    const config = `Host web\nProxyJump mid\n${hidden(far)}Host mid\nProxyJump near\n${hidden(mid)}Host near\n${published(near)}`
    const { target } = await one(`${config}${common()}`, 'host: web')
    expect(target.jumps).toHaveLength(2)
    expect(await whoami(target)).toEqual(['ops'])
  })

  it('has one connection to the jump host that hosts share', async () => {
    const config = `Host far* mid*\nProxyJump near\nHost far\n${hidden(far)}Host mid\n${hidden(mid)}Host near\n${published(near)}User doer\n${common()}`
    const { reachable } = await targetsOf(config, ['host: far', 'host: mid'])
    expect(await whoami(...reachable.map(({ target }) => target))).toEqual(['ops', 'ops'])
    expect((await box.log(near)).match(/Accepted publickey for doer/g)).toHaveLength(1)
  })

  it('looks into several UserKnownHostsFiles', async () => {
    const empty = join(box.folder, 'no known hosts')
    writeFileSync(empty, '')
    const files = `UserKnownHostsFile "${empty}" ${box.knownHosts}\n`
    expect(await login(`Host web\n${published(web)}${files}${common()}`)).toBe('ops')
    const refused = login(`Host web\n${published(web)}UserKnownHostsFile "${empty}"\n${common()}`)
    await expect(refused).rejects.toThrow('is not in known_hosts')
  })

  it('knows a host by its HostKeyAlias', async () => {
    const file = join(box.folder, 'by-alias')
    writeFileSync(file, `the-web ${web.hostKey}\nanother ${near.hostKey}\n`)
    const config = (alias: string): string =>
      `Host web\n${published(web)}HostKeyAlias ${alias}\nUserKnownHostsFile ${file}\n${common()}`
    expect(await login(config('the-web'))).toBe('ops')
    await expect(login(config('another'))).rejects.toThrow('has changed')
  })

  it('writes a new key down where StrictHostKeyChecking is accept-new, and not where it is no', async () => {
    const file = join(box.folder, 'learned')
    const config = (checking: string): string =>
      `Host web\n${published(web)}StrictHostKeyChecking ${checking}\nUserKnownHostsFile ${file}\n${common()}`
    await expect(login(config('no'))).rejects.toThrow('is not in known_hosts')
    expect(await login(config('accept-new'))).toBe('ops')
    expect(readFileSync(file, 'utf8')).toContain(web.hostKey)
  })

  it('offers only the keys that are wanted, whatever an agent holds', async () => {
    const wrong = Array.from({ length: 6 }, (_, index) => makeKey(box.folder, `wrong${index}`))
    await withAgent(wrong, async (SSH_AUTH_SOCK) => {
      const config = `Host strict\n${published(strict)}IdentitiesOnly yes\n${common()}`
      expect(await login(config, 'host: strict', { environment: { SSH_AUTH_SOCK } })).toBe('ops')
      const without = `Host strict\n${published(strict)}IdentityFile ${wrong[0] ?? ''}\nUser ops\n${known()}`
      await expect(login(without, 'host: strict', { environment: { SSH_AUTH_SOCK } })).rejects.toThrow('does not let')
    })
  })

  it('asks the agent that IdentityAgent names, and none where it says none', async () => {
    await withAgent([box.identity], async (socket) => {
      const config = (agent: string): string =>
        `Host web\n${published(web)}User ops\nIdentityFile none\nIdentityAgent ${agent}\n${known()}`
      expect(await login(config(socket))).toBe('ops')
      await expect(login(config('none'), 'host: web', { environment: { SSH_AUTH_SOCK: socket } })).rejects.toThrow(
        'nothing could be tried',
      )
    })
  })
})

describe('the inventory wins', () => {
  it('over user, port and key', async () => {
    const config = `Host web\nHostName 127.0.0.1\nPort 1\nUser nobodyhome\nIdentityFile /nowhere\n${known()}`
    const connection = `identity_file: ${box.identity}`
    expect(await login(config, `host: web, user: cshy, port: ${web.port ?? 0}`, { connection })).toBe('cshy')
  })

  it('with a jump host that is an alias of ssh_config', async () => {
    const config = `Host web\nProxyJump nowhere\n${hidden(far)}Host near\n${published(near)}${common()}`
    const { target } = await one(config, 'host: web, jump: near')
    expect(target.jumps).toMatchObject([{ name: 'near', host: '127.0.0.1', port: near.port }])
    expect(await whoami(target)).toEqual(['ops'])
  })

  it('with jump: none over ProxyJump and ProxyCommand', async () => {
    expect(await login(`Host web\nProxyJump nowhere\n${published(web)}${common()}`, 'host: web, jump: none')).toBe(
      'ops',
    )
    expect(await login(`Host web\nProxyCommand false\n${published(web)}${common()}`, 'host: web, jump: none')).toBe(
      'ops',
    )
  })
})

describe('without a configuration', () => {
  const straight = (): string => `host: 127.0.0.1, port: ${web.port ?? 0}, user: ops`
  const connection = (): string => `identity_file: ${box.identity}, known_hosts: ${box.knownHosts}`

  it('ssh_config: none: an alias is a name like others', async () => {
    const config = `Host 127.0.0.1 web\n${published(near)}User nosudo\n${common()}`
    const world = { connection: `${connection()}, ssh_config: none` }
    expect(await login(config, straight(), world)).toBe('ops')
    expect((await one(config, 'host: web', world)).target).toMatchObject({ host: 'web', port: 22 })
  })

  it('no ssh program: all else works, and a note says so; but not where the inventory names an ssh_config', async () => {
    const world = { connection: connection(), environment: { PATH: join(box.folder, 'home') } }
    await expect(targetsOf(common(), [straight()], world)).rejects.toThrow('the inventory names an ssh_config')
    const { reachable, notes } = await targetsOf(common(), [straight()], { ...world, named: false })
    expect(notes).toEqual([{ hosts: [], message: 'this machine has no ssh program, so no ssh_config is followed' }])
    expect(await whoami(...reachable.map(({ target }) => target))).toEqual(['ops'])
  })
})

describe('the program', () => {
  const settingsOf = (events: Awaited<ReturnType<typeof cli>>['events'], host: string) =>
    new Map(
      ofType(events, 'connection')
        .filter((event) => event.host === host)
        .flatMap(({ settings }) => settings.map((setting) => [setting.name, setting])),
    )

  it('tells every setting and who said it, and contacts nobody', async () => {
    const config = `Host web*\nProxyJump near\n${hidden(far)}User dashy\nHost near\n${published(near)}${common()}`
    const file = inventoryFile(
      config,
      ['host: web', 'host: web2, user: cshy'],
      'host_keys: strict, password: { env: NOT_SET }',
    )
    const contacts = async (): Promise<number> => (await box.log(near)).split('Connection from').length
    const before = await contacts()
    const { code, events } = await cli(['facts', '--connection', file], { SSH_AUTH_SOCK: '/run/agent' })
    expect(code).toBe(0)
    const [first, second, jump] = ['lb1', 'lb2', 'near'].map((host) => settingsOf(events, host))
    expect(first?.get('host')).toMatchObject({ value: 'inside.lab', from: 'ssh_config', where: 'HostName' })
    expect(first?.get('user')).toMatchObject({ value: 'dashy', from: 'ssh_config', where: 'User' })
    expect(second?.get('user')).toMatchObject({
      value: 'cshy',
      from: 'inventory',
      where: `${file} load_balancers.lb2.user`,
    })
    expect(first?.get('host_keys')).toMatchObject({ value: 'strict', where: `${file} connection.host_keys` })
    expect(first?.get('password')).toMatchObject({ value: 'given', where: `${file} connection.password` })
    expect(first?.get('agent')).toMatchObject({ value: '/run/agent', from: 'environment', where: 'SSH_AUTH_SOCK' })
    expect(first?.get('connect_timeout')).toMatchObject({ value: '10s', from: 'default' })
    expect(first?.get('jump')?.value).toEqual([`near, ops@127.0.0.1 port ${near.port ?? 0}`])
    expect(jump?.get('port')).toMatchObject({ value: near.port, from: 'ssh_config' })
    expect(ofType(events, 'connection').map(({ host, before: behind }) => [host, behind])).toEqual([
      ['near', ['lb1', 'lb2']],
      ['lb1', []],
      ['lb2', []],
    ])
    expect(await contacts()).toBe(before)
  })

  it('tells it as a table, of several inventories', async () => {
    const file = inventoryFile(`Host web*\n${published(web)}${common()}`, ['host: web', 'host: web2'])
    const { code, stdout } = await cliText(['facts', '--connection', file, file])
    expect(code).toBe(0)
    expect(stdout).toMatch(/^ {2}host +127\.0\.0\.1 +ssh_config HostName$/m)
    expect(stdout).toMatch(/^ {2}transport +ssh2 +default$/m)
    expect(stdout.match(/^lb1$/gm)).toHaveLength(2)
  })

  it('chooses the transport for a key with a certificate beside it, and says so once', async () => {
    const signed = makeKey(box.folder, 'signed')
    execFileSync('ssh-keygen', ['-q', '-s', box.identity, '-I', 'me', '-n', 'ops', `${signed}.pub`])
    const file = inventoryFile(
      `Host web*\n${published(web)}${common()}`,
      ['host: web', 'host: web2'],
      `identity_file: ${signed}`,
    )
    const { events } = await cli(['facts', '--connection', file])
    const why = 'signed has a certificate beside it'
    expect(settingsOf(events, 'lb1').get('transport')).toMatchObject({ value: 'openssh', why })
    expect(ofType(events, 'note').map(({ hosts, message }) => [hosts, message])).toEqual([
      [['lb1', 'lb2'], `reached by the ssh of this machine (openssh): ${why}`],
    ])
    const { stdout } = await cliText(['facts', file])
    expect(stdout).toContain(`lb1, lb2: reached by the ssh of this machine (openssh): ${why}`)
  })

  it.each(['facts', 'facts --connection'])('refuses a broken ssh_config before a host is met: %s', async (words) => {
    const file = inventoryFile(`Host web*\n${published(web)}Bogus yes\n${common()}`, ['host: web', 'host: web2'])
    const { code, events } = await cli([...words.split(' '), file])
    expect(code).toBe(1)
    expect(ofType(events, 'error')).toMatchObject([
      {
        host: `${join(box.folder, 'ssh_config')}:4`,
        message: 'ssh does not accept its configuration for web: Bad configuration option: bogus',
      },
    ])
    expect(events.map(({ type }) => type)).toEqual(['error', 'finished'])
  })
})
