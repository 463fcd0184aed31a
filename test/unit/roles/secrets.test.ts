import { describe, expect, test } from 'vitest'
import { Secret } from '../../../src/lib/secret.ts'
import { haproxySecrets, readStatsPassword } from '../../../src/roles/haproxy/secrets.ts'
import { secretWord as haproxyWord } from '../../../src/roles/haproxy/words.ts'
import { secretWord as keepalivedWord } from '../../../src/roles/keepalived/block.ts'
import { keepalivedSecrets, readAuthPass } from '../../../src/roles/keepalived/secrets.ts'

function found(patterns: readonly RegExp[], text: string): string[] {
  return patterns.flatMap((pattern) => [...text.matchAll(pattern)].map((match) => match[1] ?? ''))
}

const AWKWARD = ['plain', 'a b', `it's`, '#!$\\', '"quoted"', 'a:b', '%s', '*'.repeat(8)]

describe('haproxy', () => {
  test.each(['1.5.18', '2.6.12'])('awkward passwords are written for %s so that they are read back', (version) => {
    for (const password of AWKWARD) {
      const written = haproxyWord(new Secret(password), version).reveal()
      const line = `  stats auth admin:${written}`
      expect(readStatsPassword(line)?.reveal()).toBe(password)
      expect(found(haproxySecrets, line).join('')).toContain(written)
    }
  })

  test('before 1.6 a quote is a letter, so nothing is quoted', () => {
    expect(haproxyWord(new Secret(`it's #1`), '1.5.18').reveal()).toBe(String.raw`it\x27s\x20\x231`)
  })

  test.each([
    ['stats auth admin:admin', 'admin'],
    [String.raw`stats auth admin:a\ b # old`, 'a b'],
    ['stats auth "ad min:p w"', 'p w'],
    ['# stats auth admin:admin', undefined],
    ['stats uri /', undefined],
  ])('%s', (line, expected) => {
    expect(readStatsPassword(`frontend x\n\t${line}\n  mode http`)?.reveal()).toBe(expected)
  })

  test('finds every secret to mask', () => {
    const config = `
  # stats auth old:Gone1
  stats auth 'admin:Pa ss2'
  user ops password $5$Hash3 groups a
  user dev insecure-password 'Plain 4'
  http-check send hdr Authorization "Bearer Token5"`
    const masked = found(haproxySecrets, config).reduce((text, secret) => text.replaceAll(secret, '…'), config)
    expect(masked).not.toMatch(/Gone1|Pa ss2|Hash3|Plain 4|Token5/)
    expect(masked).toContain('groups a')
  })

  test('a line break is refused', () => {
    expect(() => haproxyWord(new Secret('a\nb'), '2.6.12')).toThrow('line break')
  })
})

describe('keepalived', () => {
  test.each(['plain', 'a b', `it's`, '#!$\\', '{}', '*'.repeat(8)])('%s is read back', (password) => {
    const written = keepalivedWord(new Secret(password)).reveal()
    const config = `vrrp_instance a {\n authentication {\n  auth_type PASS\n  auth_pass ${written} # x\n }\n}`
    expect(readAuthPass(config)?.reveal()).toBe(password)
    expect(found(keepalivedSecrets, config)).toEqual([written])
  })

  test('finds what to mask in one line and in comments', () => {
    const config = 'authentication { auth_type PASS auth_pass one }\n# auth_pass two\nauth_hmac sha256 "thr ee"'
    expect(found(keepalivedSecrets, config)).toEqual(['one', 'two', 'sha256 "thr ee"'])
  })

  test('no authentication, no password', () => {
    expect(readAuthPass('vrrp_instance a {\n}')).toBeUndefined()
  })

  test.each(['a"b', 'a\nb'])('what cannot be written is refused', (password) => {
    expect(() => keepalivedWord(new Secret(password))).toThrow('cannot be written')
  })
})
