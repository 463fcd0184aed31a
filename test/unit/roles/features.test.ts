import { join } from 'node:path'
import { expect, test } from 'vitest'
import { supports as haproxySupports } from '../../../src/roles/haproxy/features.ts'
import { debian } from '../../../src/platform/debian.ts'
import { renderHaproxy } from '../../../src/roles/haproxy/render.ts'
import { duration, endpoint } from '../../../src/roles/haproxy/words.ts'
import { supports as keepalivedSupports } from '../../../src/roles/keepalived/features.ts'
import { readCase } from './cases.ts'

test.each([
  ['1.8.27-493ce0b', false],
  ['2.1.12', false],
  ['2.2.0', true],
  ['2.6.12-1+deb12u3', true],
  ['3.0.11', true],
])('haproxy %s has http-check rules: %s', (version, expected) => {
  expect(haproxySupports(version, 'http-check-rules')).toBe(expected)
})

test.each([
  ['1.3.5', false],
  ['2.0.10', false],
  ['2.0.11', true],
  ['2.2.7', true],
  ['2.3', true],
])('keepalived %s tracks processes: %s', (version, expected) => {
  expect(keepalivedSupports(version, 'track-process')).toBe(expected)
})

test.each([
  [0, '0'],
  [1500, '1500ms'],
  [2000, '2s'],
  [90_000, '90s'],
  [14_400_000, '4h'],
  [86_400_000, '1d'],
])('%i ms is %s', (milliseconds, expected) => {
  expect(duration(milliseconds)).toBe(expected)
})

test('an IPv6 endpoint has brackets', () => {
  expect(endpoint('2001:db8::1', 6443, '2.6.12')).toBe('[2001:db8::1]:6443')
  expect(endpoint('192.0.2.1', 6443, '2.6.12')).toBe('192.0.2.1:6443')
})

test.each([
  ['1.8.27', '127.0.0.1 local2'],
  ['2.4.22', 'stdout format raw local0'],
])('where a platform logs to haproxy’s output, %s logs to %s', (version, target) => {
  const { inventory, lb, facts, secrets } = readCase(join(import.meta.dirname, '../../golden/haproxy/minimal.yaml'))
  const versions = { ...facts.versions, haproxy: { version, installed: true } }
  const paths = { ...debian.haproxy, log: 'stdout format raw local0', oldLog: '127.0.0.1 local2' }
  const config = renderHaproxy(inventory, lb, { ...facts, versions }, secrets, paths).masked
  expect(config.match(/^ {2}log (?!global).*$/gm)).toEqual([`  log ${target}`])
})
