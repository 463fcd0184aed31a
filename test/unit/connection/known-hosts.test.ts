import { execFileSync, spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import {
  fingerprint,
  judge,
  keysFor,
  lookupName,
  parseKnownHosts,
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
  ['indented', 22],
  ['absent', 22],
]

/** The lines ssh-keygen finds; it also shows lines of certificate authorities, which are not keys of the host. */
function oracle(file: string, name: string): number[] {
  const found = spawnSync('ssh-keygen', ['-F', name, '-f', file], { encoding: 'utf8' }).stdout
  return [...found.matchAll(/^# Host .* found: line (\d+)(.*)$/gm)]
    .filter(([, , rest]) => rest?.includes('CA') !== true)
    .map(([, line]) => Number(line))
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
      const lines = keysFor(parseKnownHosts(readFileSync(file, 'utf8'), file), host, port).map((entry) => entry.line)
      expect(lines, file).toEqual(oracle(file, lookupName(host, port)))
    }
  })
})

test('a key that is there is known, another one is a change with its place', () => {
  const entries = known('', `box ${one}`)
  expect(judge(entries, 'box', 22, blob(one))).toEqual({ kind: 'known' })
  expect(judge(entries, 'box', 22, blob(two))).toMatchObject({ kind: 'changed', others: [{ file: 'kh', line: 2 }] })
  expect(judge(entries, 'other', 22, blob(one))).toEqual({ kind: 'unknown' })
})

test('a broken line is passed over, as ssh does', () => {
  expect(known('box ssh-ed25519 !!!', 'box', `box ssh-rsa ${one.split(' ')[1] ?? ''}`, `box ${one}`)).toMatchObject([
    { line: 4 },
  ])
})

test('a revoked key is refused even where another line allows it', () => {
  const entries = known(`box ${one}`, `@revoked * ${one}`)
  expect(judge(entries, 'box', 22, blob(one))).toMatchObject({ kind: 'revoked', by: { line: 2 } })
})

test('a host of which only a revoked key is known is unknown', () => {
  expect(judge(known(`@revoked box ${one}`), 'box', 22, blob(two))).toEqual({ kind: 'unknown' })
})

test('certificate authorities vouch for nothing here', () => {
  expect(judge(known(`@cert-authority * ${one}`), 'box', 22, blob(one))).toEqual({ kind: 'unknown' })
})

test('as with ssh, a key known without a port is good for every port, and another one there is no change', () => {
  expect(judge(known(`box ${one}`), 'box', 2222, blob(one))).toEqual({ kind: 'known' })
  expect(judge(known(`box ${one}`), 'box', 2222, blob(two))).toEqual({ kind: 'unknown' })
})

test('fingerprints are those of ssh-keygen -l', () => {
  const printed = execFileSync('ssh-keygen', ['-lf', join(directory, 'one.pub')], { encoding: 'utf8' })
  expect(printed).toContain(` ${fingerprint(blob(one))} `)
})

test('a hostile pattern takes no time', () => {
  const since = performance.now()
  expect(judge(known(`${'*a'.repeat(40)}b ${one}`), 'a'.repeat(200), 22, blob(one))).toEqual({ kind: 'unknown' })
  expect(performance.now() - since).toBeLessThan(500)
})
