import { describe, expect, test } from 'vitest'
import { runInShell } from '../../../../src/connection/ssh-config/batch.ts'
import { parseOutput, splitPaths } from '../../../../src/connection/ssh-config/output.ts'
import { parseProxyJump } from '../../../../src/connection/ssh-config/proxy-jump.ts'
import { configRefusal } from '../../../../src/connection/ssh-config/refusal.ts'
import { settingsOf } from '../../../../src/connection/ssh-config/settings.ts'
import { expandFile, expandTokens, type Tokens } from '../../../../src/connection/ssh-config/tokens.ts'

describe('what ssh -G prints', () => {
  test('is a keyword and its value a line; what comes several times keeps its order', () => {
    const output = parseOutput('host web\nidentityfile ~/a b\nidentityfile ~/c\nCanonicalDomains none\n\nnonsense\n')
    expect([...output]).toEqual([
      ['host', ['web']],
      ['identityfile', ['~/a b', '~/c']],
      ['canonicaldomains', ['none']],
    ])
  })

  test.each([
    ['/a /b', ['/a', '/b']],
    ['~/a %d/b', ['~/a', '%d/b']],
    ['/root/my files/known /etc/known', ['/root/my files/known', '/etc/known']],
    ['none', ['none']],
    ['', []],
  ])('lists of files are taken apart: %s', (line, paths) => {
    expect(splitPaths(line)).toEqual(paths)
  })

  test('is nothing said where it is what ssh does anyway', () => {
    const baseline = parseOutput(
      'hostname localhost\nport 22\nuser me\nconnecttimeout none\nidentityfile ~/.ssh/id_rsa\n',
    )
    const output = parseOutput('hostname WEB\nport 22\nuser me\nconnecttimeout none\nidentityfile ~/.ssh/id_rsa\n')
    const said = settingsOf(output, baseline, { alias: 'web', user: undefined, port: undefined }, {})
    expect(Object.values(said).filter((value) => value !== undefined && value !== false)).toEqual([])
  })

  test.each([
    ['stricthostkeychecking accept-new', { hostKeyPolicy: 'accept-new', unchecked: false }],
    ['stricthostkeychecking true', { hostKeyPolicy: 'strict', unchecked: false }],
    ['stricthostkeychecking false', { hostKeyPolicy: undefined, unchecked: true }],
    ['stricthostkeychecking no', { hostKeyPolicy: undefined, unchecked: true }],
    ['identityfile none', { identityFiles: [] }],
    ['identityagent none', { agent: { socket: undefined } }],
    ['identityagent SSH_AUTH_SOCK', { agent: undefined }],
    ['identityagent $OTHER', { agent: { socket: '/run/other' } }],
    ['identityagent /run/%r@%n', { agent: { socket: '/run/ops@web' } }],
    ['connecttimeout 7', { connectTimeoutSeconds: 7 }],
    ['userknownhostsfile /a /b', { knownHosts: ['/a', '/b', '/usual'] }],
    ['proxycommand none', { proxyCommand: undefined }],
    ['pkcs11provider /usr/lib/p11.so', { pkcs11Provider: '/usr/lib/p11.so' }],
  ])('%s', (line, expected) => {
    const usual = 'stricthostkeychecking ask\nuserknownhostsfile /mine\nglobalknownhostsfile /usual\n'
    const output = new Map([...parseOutput(`${usual}hostname web\n`), ...parseOutput(line)])
    const asked = { alias: 'web', user: 'ops', port: undefined }
    expect(settingsOf(output, parseOutput(usual), asked, { OTHER: '/run/other' })).toMatchObject(expected)
  })

  test('what the inventory says of user and port is not said again', () => {
    const output = parseOutput('hostname web\nuser me\nport 2222\n')
    const baseline = parseOutput('user local\nport 22\n')
    const asked = { alias: 'web', user: 'me', port: 2222 }
    expect(settingsOf(output, baseline, asked, {})).toMatchObject({ user: undefined, port: undefined })
  })
})

describe('tokens', () => {
  const tokens: Tokens = {
    home: '/home/me',
    localUser: 'me',
    localHost: 'here.lab',
    uid: 1000,
    alias: 'web',
    host: 'web.example.com',
    port: 2222,
    user: 'ops',
    hostKeyAlias: 'kept',
  }
  test.each([
    ['~/.ssh/%h_%r', '/home/me/.ssh/web.example.com_ops'],
    ['%d/%n-%p', '/home/me/web-2222'],
    ['/k/%u.%i.%k.%L.%l', '/k/me.1000.kept.here.here.lab'],
    ['/100%%d', '/100%d'],
    ['${KEYS}/a', '/keys/a'],
    ['/${UNKNOWN}/%Z', '/${UNKNOWN}/%Z'],
  ])('%s', (written, expanded) => {
    expect(expandFile(written, tokens, { KEYS: '/keys' })).toBe(expanded)
  })

  test('what a token stands for is not expanded again', () => {
    expect(expandTokens('%n', { ...tokens, alias: '%h${HOME}' }, { HOME: '/x' })).toBe('%h${HOME}')
  })
})

describe('ProxyJump', () => {
  test.each([
    ['a', [{ alias: 'a' }]],
    ['me@a:2222', [{ alias: 'a', user: 'me', port: 2222 }]],
    ['a,u@b:22,[::1]:33', [{ alias: 'a' }, { alias: 'b', user: 'u', port: 22 }, { alias: '::1', port: 33 }]],
    ['ssh://x@y:44', [{ alias: 'y', user: 'x', port: 44 }]],
    ['me@corp@a', [{ alias: 'a', user: 'me@corp' }]],
  ])('%s', (text, hops) => {
    expect(parseProxyJump(text)).toEqual(hops.map((hop) => ({ user: undefined, port: undefined, ...hop })))
  })
})

describe('a configuration that ssh refuses', () => {
  test('is told with the file, the line and all that is wrong', () => {
    const said =
      '/etc/c: line 2: Bad configuration option: bogus\n/etc/c line 3: Bad port.\n/etc/c: terminating, 2 bad configuration options\n'
    expect(configRefusal('web', said)).toMatchObject({
      where: '/etc/c:2',
      message:
        'ssh does not accept its configuration for web: Bad configuration option: bogus; /etc/c line 3: Bad port.',
    })
  })

  test('without a line, by what ssh says', () => {
    expect(configRefusal('web', "Can't open user config file /x: No such file or directory\r\n")).toMatchObject({
      where: 'connection.ssh_config',
      message:
        "ssh does not accept its configuration for web: Can't open user config file /x: No such file or directory",
    })
  })
})

test('commands in one shell each have their output and end, and one that hangs takes no other answer with it', async () => {
  const sh = (script: string): string[] => ['sh', '-c', script]
  const commands = [sh('printf out; echo err >&2; exit 3'), ['no-such-program-here'], sh('cat; echo b'), sh('sleep 60')]
  const answers = await runInShell([...commands, sh('echo never')], process.env, 2)
  expect(answers.map(({ code }) => code)).toEqual([3, 127, 0, undefined, undefined])
  expect(answers[0]?.text).toContain('outerr')
  expect(answers[2]?.text).toBe('b\n')
})
