import { expect, test } from 'vitest'
import { judgeOpening } from '../../../../src/resources/firewall/judge.ts'
import { tcp, vrrp } from './openings.ts'

/** What firewalld lists of the interface's zone, and of one that names senders. Invented. */
function listing(named: string): string {
  const zones = `public (active)\n  target: default\n  interfaces: eth0\n  sources: \n  ports: 6443/tcp\n  protocols: vrrp\n\n${named}\n`
  return `default=public\n== runtime\n${zones}== permanent\n${zones}== services\n`
}

const office = (words: string, target = 'default') =>
  `office (active)\n  target: ${target}\n  interfaces: \n  sources: 198.51.100.0/24\n${words}`

test.each([
  ['that lets them in', office('  ports: 6443/tcp\n'), 'open'],
  ['that does not let them in', office('  ports: 22/tcp\n'), 'unknown'],
  ['that is there to keep them out', office('', 'DROP'), 'open'],
  ['that lets everything in', office('', 'ACCEPT'), 'open'],
])('clients of a network with a zone of its own %s', (_, named, is) => {
  const { runtime, permanent, gaps } = judgeOpening('firewalld', listing(named), tcp(6443))
  expect([runtime.is, permanent.is, gaps]).toEqual([is, is, []])
})

test('senders that are known by their address are judged by the one zone they come through', () => {
  expect(judgeOpening('firewalld', listing(office('')), vrrp).runtime.is).toBe('open')
})
