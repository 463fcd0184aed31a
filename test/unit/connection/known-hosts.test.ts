import { execFileSync, spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import {
  fingerprint,
  hashedName,
  judge,
  linesFor,
  lookupName,
  parseKnownHosts,
  placeOf,
} from '../../../src/connection/host-keys/known-hosts.ts'
import { makeKey, scratch } from './server.ts'

const directory = scratch()
const publicLine = (name: string): string => {
  const [type = '', key = ''] = readFileSync(`${makeKey(directory, name, '-t', 'ed25519')}.pub`, 'utf8').split(' ')
  return `${type} ${key}`
}
const [one, two] = [publicLine('one'), publicLine('two')]
const blob = (line: string): Buffer => Buffer.from(line.split(' ')[1] ?? '', 'base64')
const known = (...lines: readonly string[]) => parseKnownHosts(lines.join('\n'), 'kh')

const FILE = [
  '# a comment',
  `plain ${one}`,
  `Upper.Example.org ${one}`,
  `a.example.org,b.example.org,192.0.2.7 ${one}`,
  `[ported]:2222 ${one}`,
  `[fd00::1]:2222 ${one}`,
  `*.wild.org,!not.wild.org ${one}`,
  `host?.q.org ${one}`,
  `!never,never ${one}`,
  `@revoked bad.example.org ${one}`,
  `@cert-authority *.ca.org ${one}`,
  'broken ssh-ed25519 !!!',
  'short',
  '   ',
  `\tindented ${one} a comment`,
].join('\n')

const NAMES: readonly (readonly [string, number])[] = [
  ['plain', 22],
  ['PLAIN', 22],
  ['plain', 2222],
  ['upper.example.org', 22],
  ['b.example.org', 22],
  ['192.0.2.7', 22],
  ['192.0.2.70', 22],
  ['ported', 22],
  ['ported', 2222],
  ['fd00::1', 2222],
  ['fd00::1', 22],
  ['x.wild.org', 22],
  ['x.y.wild.org', 22],
  ['not.wild.org', 22],
  ['wild.org', 22],
  ['host1.q.org', 22],
  ['host12.q.org', 22],
  ['never', 22],
  ['host.ca.org', 22],
  ['bad.example.org', 22],
  ['fe80::1%eth0', 22],
  ['indented', 22],
  ['absent', 22],
]

/** The lines ssh-keygen finds. */
function oracle(file: string, name: string): number[] {
  const found = spawnSync('ssh-keygen', ['-F', name, '-f', file], { encoding: 'utf8' }).stdout
  return [...found.matchAll(/^# Host .* found: line (\d+)/gm)].map(([, line]) => Number(line))
}

describe('finds the same lines as ssh-keygen -F', () => {
  const plain = join(directory, 'plain-file')
  writeFileSync(plain, `${FILE}\n`)
  const hashed = join(directory, 'hashed-file')
  // ssh-keygen refuses to hash a file with broken lines.
  writeFileSync(hashed, `${FILE.replace(/^(broken|short).*$/gm, '')}\n`)
  execFileSync('ssh-keygen', ['-H', '-f', hashed], { stdio: 'ignore' })

  test.each(NAMES)('%s port %i', (host, port) => {
    for (const file of [plain, hashed]) {
      const known = parseKnownHosts(readFileSync(file, 'utf8'), file)
      const lines = linesFor(known, { host, port }).map((entry) => entry.line)
      expect(lines, file).toEqual(oracle(file, lookupName(host, port)))
    }
  })
})

test('a key that is there is known, another one is a change with its place', () => {
  const entries = known('', `box ${one}`)
  expect(judge(entries, { host: 'box', port: 22 }, blob(one))).toEqual({ kind: 'known' })
  expect(judge(entries, { host: 'box', port: 22 }, blob(two))).toMatchObject({
    kind: 'changed',
    others: [{ file: 'kh', line: 2 }],
  })
  expect(judge(entries, { host: 'other', port: 22 }, blob(one)).kind).toBe('unknown')
})

test('a broken line is passed over, as ssh does', () => {
  expect(known('box ssh-ed25519 !!!', 'box', `box ssh-rsa ${one.split(' ')[1] ?? ''}`, `box ${one}`)).toMatchObject([
    { line: 4 },
  ])
})

test('a revoked key is refused even where another line allows it', () => {
  const entries = known(`box ${one}`, `@revoked * ${one}`)
  expect(judge(entries, { host: 'box', port: 22 }, blob(one))).toMatchObject({ kind: 'revoked', by: { line: 2 } })
})

test('a host of which only a revoked key is known is unknown', () => {
  expect(judge(known(`@revoked box ${one}`), { host: 'box', port: 22 }, blob(two)).kind).toBe('unknown')
})

test('certificate authorities vouch for no bare key, and are told where no other key is known', () => {
  const place = { host: 'box', port: 22 }
  const authority = known(`@cert-authority * ${one}`)
  expect(judge(authority, place, blob(one))).toMatchObject({ kind: 'unknown', authority: { line: 1 } })
  expect(judge(authority, { host: 'box', port: 2222 }, blob(one))).toMatchObject({ authority: { line: 1 } })
  expect(judge(known(`@cert-authority other ${one}`), place, blob(one))).toMatchObject({ authority: undefined })
  expect(judge(known(`@cert-authority * ${one}`, `box ${two}`), place, blob(two))).toEqual({ kind: 'known' })
  expect(judge(known(`@cert-authority * ${one}`, `box ${two}`), place, blob(one)).kind).toBe('changed')
  const ported = known(`@cert-authority [box]:2222 ${one}`, `box ${two}`)
  expect(judge(ported, { host: 'box', port: 2222 }, blob(two))).toEqual({ kind: 'known' })
})

test('an alias takes the place of name and port', () => {
  const endpoint = { host: '127.0.0.1', port: 2222 }
  expect(placeOf({ ...endpoint, hostKeyAlias: undefined })).toEqual(endpoint)
  const place = placeOf({ ...endpoint, hostKeyAlias: 'Box' })
  expect(judge(known(`box ${one}`), place, blob(one))).toEqual({ kind: 'known' })
  expect(judge(known(`[box]:2222,[127.0.0.1]:2222 ${one}`), place, blob(one)).kind).toBe('unknown')
})

test.each(['plain.example.org', '[plain.example.org]:2222', '[fe80::1%eth0]:22022'])(
  'ssh-keygen finds a name that was written hashed: %s',
  (name) => {
    const file = join(directory, 'written-hashed')
    writeFileSync(file, `${hashedName(name)} ${one}\n${hashedName('other')} ${one}\n`)
    expect(oracle(file, name)).toEqual([1])
    expect(hashedName(name)).not.toBe(hashedName(name))
  },
)

test('as with ssh, a key known without a port is good for every port, and another one there is no change', () => {
  expect(judge(known(`box ${one}`), { host: 'box', port: 2222 }, blob(one))).toEqual({ kind: 'known' })
  expect(judge(known(`box ${one}`), { host: 'box', port: 2222 }, blob(two)).kind).toBe('unknown')
})

test('fingerprints are those of ssh-keygen -l', () => {
  const printed = execFileSync('ssh-keygen', ['-lf', join(directory, 'one.pub')], { encoding: 'utf8' })
  expect(printed).toContain(` ${fingerprint(blob(one))} `)
})

test('a hostile pattern takes no time', () => {
  const since = performance.now()
  expect(judge(known(`${'*a'.repeat(40)}b ${one}`), { host: 'a'.repeat(200), port: 22 }, blob(one)).kind).toBe(
    'unknown',
  )
  expect(performance.now() - since).toBeLessThan(500)
})
