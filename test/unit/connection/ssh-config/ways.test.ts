import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { EndpointWish } from '../../../../src/connection/endpoint.ts'
import { SshConfig } from '../../../../src/connection/ssh-config/ask.ts'
import { parseOutput, splitPaths } from '../../../../src/connection/ssh-config/output.ts'
import { type Resolved, resolveWays } from '../../../../src/connection/ssh-config/resolve.ts'
import { HaError } from '../../../../src/lib/errors.ts'
import { temporaryFolder } from '../../support/temporary.ts'

interface Wish extends EndpointWish {
  readonly jumps?: readonly EndpointWish[]
}

/** A folder with an ssh_config, and wishes resolved by it with nothing else of this machine. */
function folderWith(config: string) {
  const folder = temporaryFolder()
  const file = join(folder, 'config')
  writeFileSync(file, config.replaceAll('FOLDER', folder))
  const environment = { PATH: process.env['PATH'], HOME: folder }
  const resolve = async (
    wishes: readonly Wish[],
    ssh = file,
    world: NodeJS.ProcessEnv = environment,
  ): Promise<Resolved> =>
    await resolveWays(
      wishes.map(({ jumps, ...host }) => ({ host, jumps, hop: {} })),
      new SshConfig(ssh, world),
      world,
    )
  const one = async (wish: Wish) => {
    const { ways, notes } = await resolve([wish])
    const [way] = ways
    if (way === undefined) throw new Error('no way')
    return {
      ...way,
      notes,
      names: way.jumps.map(({ endpoint }) => `${endpoint.user}@${endpoint.host}:${endpoint.port}`),
    }
  }
  const put = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text)
    return join(folder, name)
  }
  return { folder, file, environment, resolve, one, put }
}

function sshSays(file: string, alias: string) {
  return parseOutput(execFileSync('ssh', ['-G', '-T', '-F', file, '--', alias], { encoding: 'utf8' }))
}

const CONFIGS = [
  'Host web\n  HostName 192.0.2.7\n  Port 2222\n  User ops\n',
  'Host w?b !x\n  HostName %h.example.com\n  ConnectTimeout 7\nHost *\n  User all\n  ConnectTimeout 9\n',
  'Match host web user root\n  Port 24\nMatch host web\n  Port 23\n',
  'Match exec "true"\n  HostKeyAlias kept\nMatch exec "false"\n  Port 99\n',
  'Match originalhost web final\n  IdentitiesOnly yes\n',
  'Include FOLDER/more\nHost web\n  Port 2\n',
  'Host web\n  UserKnownHostsFile ~/a FOLDER/b\n  GlobalKnownHostsFile /etc/none\n  HashKnownHosts yes\n',
  'Host web\n  UserKnownHostsFile %d/%h.%p.%r "FOLDER/with space/known"\n',
  'Host web\n  IdentityAgent FOLDER/agent.sock\n  StrictHostKeyChecking accept-new\n',
  'Host other\n  Port 2222\n',
  '',
]

test.each(CONFIGS)('an endpoint has what ssh -G says: %j', async (config) => {
  const { file, one, put } = folderWith(config)
  put('more', 'Host *\n  Port 4022\n')
  const said = sshSays(file, 'web')
  const value = (keyword: string): string => said.get(keyword)?.[0] ?? ''
  const { endpoint, sources } = (await one({ host: 'web' })).host
  expect(endpoint.host).toBe(value('hostname'))
  expect(String(endpoint.port)).toBe(value('port'))
  expect(endpoint.user).toBe(value('user'))
  expect(endpoint.identitiesOnly).toBe(value('identitiesonly') === 'yes')
  expect(endpoint.hashKnownHosts).toBe(value('hashknownhosts') === 'yes')
  expect(endpoint.hostKeyAlias ?? '').toBe(value('hostkeyalias'))
  expect(endpoint.agent ?? '').toBe(value('identityagent'))
  expect(endpoint.hostKeyPolicy).toBe(value('stricthostkeychecking') === 'accept-new' ? 'accept-new' : 'strict')
  expect(String(endpoint.connectTimeoutSeconds)).toBe(value('connecttimeout').replace('none', '10'))
  if (sources.get('knownHosts')?.from === 'ssh_config') {
    const files = [...splitPaths(value('userknownhostsfile')), ...splitPaths(value('globalknownhostsfile'))]
    expect(endpoint.knownHosts).toEqual(files)
  }
  expect(sources.get('port')?.from).toBe(value('port') === '22' ? 'default' : 'ssh_config')
})

test('tokens of identity files mean what they mean to ssh, which tells it for known_hosts only', async () => {
  const { file, put, resolve } = folderWith('')
  const part = fc.constantFrom('%h', '%n', '%p', '%r', '%u', '%d', '%i', '%k', '%L', '%l', '%%', 'a', '.', '${HOME}')
  const start = fc.constantFrom('~/', '/', '%d/')
  const path = fc
    .tuple(start, fc.array(part, { minLength: 1, maxLength: 6 }))
    .map(([first, more]) => first + more.join(''))
  await fc.assert(
    fc.asyncProperty(path, fc.boolean(), async (written, aliased) => {
      const alias = aliased ? '  HostKeyAlias kept\n' : ''
      put(
        'config',
        `Host web\n  HostName 192.0.2.7\n  Port 2022\n${alias}  IdentityFile ${written}\n  UserKnownHostsFile ${written}\n`,
      )
      const { ways } = await resolve([{ host: 'web', user: 'ops' }], file, process.env)
      const said = execFileSync('ssh', ['-G', '-T', '-F', file, '-l', 'ops', '--', 'web'], { encoding: 'utf8' })
      const known = parseOutput(said).get('userknownhostsfile')?.[0] ?? ''
      const tidy = known.replaceAll(/\/+/g, '/').replaceAll(/\/\.(?=\/|$)/g, '')
      expect(ways[0]?.host.endpoint.identityFiles).toEqual([
        new URL(`file://${tidy.replaceAll('%', '%25')}`).pathname.replaceAll('%25', '%'),
      ])
    }),
    { numRuns: 40 },
  )
})

test('the inventory wins over ssh_config, and Match sees what it says', async () => {
  const { one } = folderWith('Match host web user ops\n  IdentityFile /keys/ops\nHost web\n  Port 2222\n  User other\n')
  const { host } = await one({ host: 'web', user: 'ops', port: 22 })
  expect(host.endpoint).toMatchObject({ user: 'ops', port: 22, identityFiles: ['/keys/ops'], sshConfigHost: 'web' })
  expect([...host.sources].filter(([, { from }]) => from === 'ssh_config').map(([name]) => name)).toEqual([
    'identityFiles',
  ])
})

test('usual identity files hold where ssh_config names none, and none where it says so', async () => {
  const { folder, one } = folderWith('Host bare\n  IdentityFile none\n')
  mkdirSync(join(folder, '.ssh'))
  writeFileSync(join(folder, '.ssh', 'id_rsa'), '')
  expect((await one({ host: 'web' })).host.endpoint.identityFiles).toEqual([join(folder, '.ssh', 'id_rsa')])
  expect((await one({ host: 'bare' })).host.endpoint.identityFiles).toEqual([])
})

test('StrictHostKeyChecking no is not followed, and a note says so once', async () => {
  const { resolve } = folderWith('Host *\n  StrictHostKeyChecking no\n')
  const { ways, notes } = await resolve([{ host: 'a' }, { host: 'b' }])
  expect(ways.map(({ host }) => host.endpoint.hostKeyPolicy)).toEqual(['strict', 'strict'])
  expect(notes.map(({ hosts }) => hosts)).toEqual([['a', 'b']])
  expect(notes[0]?.message).toContain('StrictHostKeyChecking no')
})

describe('the way', () => {
  const CHAIN = `Host web
  ProxyJump far
Host far
  HostName 192.0.2.2
  User two
  ProxyJump near:2200,own@mid
Host near
  HostName 192.0.2.1
  User one
Host mid
  HostName 192.0.2.3
  ProxyJump never
Host commanded
  ProxyCommand nc %h %p
Host behind
  ProxyJump commanded
`
  test('goes through ProxyJump, and to its nearest hop as that one says', async () => {
    const { names, jumpsSource } = await folderWith(CHAIN).one({ host: 'web' })
    expect(names).toEqual(['one@192.0.2.1:2200', 'own@192.0.2.3:22', 'two@192.0.2.2:22'])
    expect(jumpsSource).toEqual({ from: 'ssh_config', keyword: 'ProxyJump' })
  })

  test('is that of the inventory where it names one, as an alias too', async () => {
    const { names, jumpsSource } = await folderWith(CHAIN).one({ host: 'web', jumps: [{ host: 'near', user: 'inv' }] })
    expect(names).toEqual(['inv@192.0.2.1:22'])
    expect(jumpsSource.from).toBe('inventory')
  })

  test.each(['web', 'commanded'])('none in the inventory switches off what ssh_config says: %s', async (host) => {
    const way = await folderWith(CHAIN).one({ host, jumps: [] })
    expect(way.jumps).toEqual([])
    expect(way.host.endpoint).toMatchObject({ proxyCommand: undefined, transport: 'ssh2' })
  })

  test('a ProxyCommand needs the ssh program, for the host and for who is reached through it', async () => {
    const way = await folderWith(CHAIN).one({ host: 'behind' })
    expect(way.jumps.map(({ endpoint }) => endpoint)).toMatchObject([
      { transport: 'openssh', proxyCommand: 'nc %h %p' },
    ])
    expect(way.host.endpoint.transport).toBe('ssh2')
  })

  test('in a circle is refused', async () => {
    const { one } = folderWith('Host a\n  ProxyJump b\nHost b\n  ProxyJump c\nHost c\n  ProxyJump b\n')
    await expect(one({ host: 'a' })).rejects.toThrow('goes round in a circle: a → b → c → b')
  })

  test('of too many jump hosts is refused', async () => {
    const hosts = Array.from({ length: 12 }, (_, index) => `Host h${index}\n  ProxyJump h${index + 1}\n`)
    await expect(folderWith(hosts.join('')).one({ host: 'h0' })).rejects.toThrow('more than 8 jump hosts')
  })
})

describe('the transport', () => {
  test.each<[string, string, Partial<Wish>, string | undefined]>([
    ['a plain key', '', { identityFiles: ['FOLDER/key'] }, undefined],
    ['a certificate beside a key', '', { identityFiles: ['FOLDER/signed'] }, 'signed has a certificate beside it'],
    ['the same, and ssh2 is wanted', '', { identityFiles: ['FOLDER/signed'], transport: 'ssh2' }, undefined],
    [
      'a CertificateFile',
      'CertificateFile FOLDER/signed-cert.pub',
      {},
      'ssh_config names the certificate signed-cert.pub',
    ],
    ['a CertificateFile that is not there', 'CertificateFile FOLDER/gone', {}, undefined],
    ['a key on a token', '', { identityFiles: ['FOLDER/token'] }, 'token is on a hardware token'],
    ['a PKCS11Provider', 'PKCS11Provider /usr/lib/p11.so', {}, 'ssh_config has a PKCS11Provider for it'],
    ['GSSAPI without a ticket', 'GSSAPIAuthentication yes', {}, undefined],
    [
      'a host key signed by an authority',
      '',
      { knownHosts: ['FOLDER/known'] },
      'its host key is signed by an authority (FOLDER/known:2)',
    ],
    ['the same, and its own key is known', '', { knownHosts: ['FOLDER/known'], host: 'kept.example.com' }, undefined],
    ['the same, and its key is pinned', '', { knownHosts: ['FOLDER/known'], pinnedKeys: ['SHA256:x'] }, undefined],
    ['an authority for others', '', { knownHosts: ['FOLDER/known'], host: 'web.lab' }, undefined],
  ])('for %s', async (_, line, wish, reason) => {
    const { folder, one, put } = folderWith(`Host *\n  ${line}\n`)
    const here = (list: readonly string[] | undefined) => list?.map((path) => path.replace('FOLDER', folder))
    for (const name of ['key', 'signed', 'signed-cert.pub']) put(name, '')
    put('token.pub', 'sk-ssh-ed25519@openssh.com AAAA x\n')
    const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ0vS0m2RkRzq0cJ7GQk3l8V5B0f7F1QvGmH3m0cN3Yh'
    put('known', `# keys\n@cert-authority *.example.com ${key}\nkept.example.com ${key}\n`)
    const wished = { ...wish, identityFiles: here(wish.identityFiles), knownHosts: here(wish.knownHosts) }
    const { host, notes } = await one({ host: 'web.example.com', ...wished })
    const expected = reason?.replace('FOLDER', folder)
    expect(host.endpoint).toMatchObject({
      transport: expected === undefined ? 'ssh2' : 'openssh',
      transportReason: expected,
    })
    expect(notes.map(({ message }) => message)).toEqual(
      expected === undefined ? [] : [`reached by the ssh of this machine (openssh): ${expected}`],
    )
  })

  test('GSSAPI with a ticket, unless the inventory names a key', async () => {
    const { folder, put, resolve } = folderWith('Host *\n  GSSAPIAuthentication yes\n')
    const klist = put('klist', '#!/bin/sh\nexit 0\n')
    chmodSync(klist, 0o755)
    const world = { PATH: `${folder}:${process.env['PATH'] ?? ''}`, HOME: folder }
    const { ways } = await resolve([{ host: 'a' }, { host: 'b', identityFiles: ['/k'] }], undefined, world)
    expect(ways.map(({ host }) => host.endpoint.transport)).toEqual(['openssh', 'ssh2'])
  })

  test('is one for a jump host and all that go through it', async () => {
    const { folder, put, resolve } = folderWith('')
    put('signed-cert.pub', '')
    const jumps = [{ host: 'first' }, { host: 'second' }]
    const { ways, notes } = await resolve([
      { host: 'a', jumps },
      { host: 'b', jumps, identityFiles: [join(folder, 'signed')] },
      { host: 'c', jumps: [{ host: 'first', transport: 'ssh2' }] },
      { host: 'd', jumps: [{ host: 'third' }] },
    ])
    const spoken = ways.map(({ host, jumps: before }) => [...before, host].map(({ endpoint }) => endpoint.transport))
    expect(spoken).toEqual([
      ['openssh', 'openssh', 'ssh2'],
      ['openssh', 'openssh', 'openssh'],
      ['openssh', 'ssh2'],
      ['ssh2', 'ssh2'],
    ])
    expect(notes).toHaveLength(2)
    expect(notes[0]?.hosts).toEqual(['first', 'second'])
    expect(notes[0]?.message).toContain('b behind it')
  })
})

describe('without ssh', () => {
  test('all else is as usual, and notes say what is missing', async () => {
    const { folder, put, resolve } = folderWith('Host web\n  Port 2222\n')
    put('signed-cert.pub', '')
    const world = { PATH: join(folder, 'empty'), HOME: folder }
    const wish = { host: 'web', identityFiles: [join(folder, 'signed')] }
    const usual = new SshConfig(undefined, world)
    const { ways, notes } = await resolveWays([{ host: wish, jumps: undefined, hop: {} }], usual, world)
    await expect(resolve([wish], undefined, world)).rejects.toThrow('the inventory names an ssh_config')
    expect(ways[0]?.host.endpoint).toMatchObject({ host: 'web', port: 22, transport: 'ssh2' })
    expect(notes).toEqual([
      { hosts: [], message: 'this machine has no ssh program, so no ssh_config is followed' },
      { hosts: ['web'], message: 'signed has a certificate beside it; this machine has no ssh program' },
    ])
  })

  test('ssh_config: none asks nothing', async () => {
    const { folder, put, resolve } = folderWith('Host web\n  Port 2222\n')
    chmodSync(put('ssh', `#!/bin/sh\ntouch ${folder}/asked\n`), 0o755)
    const world = { PATH: folder, HOME: folder }
    const { ways, notes } = await resolve([{ host: 'web' }], 'none', world)
    expect(ways[0]?.host.endpoint).toMatchObject({ host: 'web', port: 22 })
    expect(notes).toEqual([])
    expect(existsSync(join(folder, 'asked'))).toBe(false)
  })
})

describe('a configuration that is not taken', () => {
  test('by ssh: its words, and the file and line', async () => {
    const { file, one } = folderWith('Host web\n  Bogus yes\n')
    const refused = one({ host: 'web' })
    await expect(refused).rejects.toMatchObject({ name: HaError.name, where: `${file}:2` })
    await expect(refused).rejects.toThrow('bogus')
  })

  test('a file that is not there', async () => {
    const { folder, resolve } = folderWith('')
    await expect(resolve([{ host: 'web' }], join(folder, 'gone'))).rejects.toThrow(/gone: No such file/)
  })
})

test('ssh is asked once for each host, user and port', async () => {
  const { folder, file, put, resolve } = folderWith('Host *\n  ProxyJump jump\nHost jump\n  ProxyJump none\n')
  put('config', 'Host jump\n  Port 23\nHost h*\n  ProxyJump jump\n')
  chmodSync(
    put(
      'ssh',
      `#!/bin/sh\necho asked >> ${folder}/log\nexec ${execFileSync('sh', ['-c', 'command -v ssh'], { encoding: 'utf8' }).trim()} "$@"\n`,
    ),
    0o755,
  )
  const world = { PATH: `${folder}:${process.env['PATH'] ?? ''}`, HOME: folder }
  await resolve([{ host: 'h1' }, { host: 'h1' }, { host: 'h2' }], file, world)
  const log = execFileSync('cat', [join(folder, 'log')], { encoding: 'utf8' })
  // The two hosts, the jump host, and ssh without a configuration.
  expect(log.trim().split('\n')).toHaveLength(4)
})
