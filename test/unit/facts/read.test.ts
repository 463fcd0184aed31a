import { expect, test } from 'vitest'
import { readFacts } from '../../../src/facts/read.ts'
import { HaError } from '../../../src/lib/errors.ts'
import { Secret } from '../../../src/lib/secret.ts'
import { factsOf } from '../support/facts.ts'

function line(host: string): string {
  const facts = factsOf(host, {
    interfaces: [{ name: 'eth0', addresses: [{ address: '2001:db8::1', prefix: 64, family: 6 }] }],
    configs: { keepalived: new Secret('auth_pass x'), haproxy: undefined, corosync: undefined, authkey: undefined },
    members: [{ name: host, address: '2001:db8::1', host, port: 22 }],
  })
  return JSON.stringify({ type: 'facts', host, facts })
}

test('facts are read back, but for secrets and members', () => {
  const text = `${JSON.stringify({ type: 'run-started', command: 'facts' })}\n${line('lb1')}\n${line('lb2')}\n${JSON.stringify({ type: 'finished' })}\n`
  const found = readFacts(text, 'facts.jsonl')
  expect([...found.keys()]).toEqual(['lb1', 'lb2'])
  expect(found.get('lb1')).toEqual(
    factsOf('lb1', { interfaces: [{ name: 'eth0', addresses: [{ address: '2001:db8::1', prefix: 64, family: 6 }] }] }),
  )
})

test('a mask is not taken for a configuration', () => {
  expect(readFacts(line('lb1'), 'f').get('lb1')?.configs).toEqual({ keepalived: undefined, haproxy: undefined })
})

test('the last of a host counts', () => {
  const newer = line('lb1').replace('"version":"2.6.12"', '"version":"2.8.5"')
  expect(readFacts(`${line('lb1')}\n${newer}`, 'f').get('lb1')?.versions.haproxy.version).toBe('2.8.5')
})

test('lines that are broken, or of another shape, are left out', () => {
  const broken = `${line('lb1').slice(0, -20)}\n{"type":"facts","host":"lb3","facts":{}}\n${line('lb2')}\n`
  expect([...readFacts(broken, 'f').keys()]).toEqual(['lb2'])
})

test.each(['', 'not json "facts"\n', '{"type":"facts"}\n'])('%j has no facts, and says how to make them', (text) => {
  expect(() => readFacts(text, 'old.json')).toThrow(HaError)
  try {
    readFacts(text, 'old.json')
  } catch (error) {
    const told = error instanceof HaError ? error.describe() : ''
    expect(told).toContain('old.json: there are no facts in it')
    expect(told).toContain('facts --json INVENTORY >old.json')
  }
})
