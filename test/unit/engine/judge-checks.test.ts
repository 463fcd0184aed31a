import { expect, test } from 'vitest'
import type { Check } from '../../../src/checks/check.ts'
import { judgeChecks } from '../../../src/engine/judge-checks.ts'
import { debian } from '../../../src/platform/debian.ts'

/** A check that says whose it is, and whose answers it was given. */
function told(id: string, scope: Check['scope'], whose: string): Check {
  return {
    id,
    scope,
    probe: () => 'true',
    judge: (samples) => [
      {
        check: id,
        host: undefined,
        status: 'passed',
        message: `${whose} judges ${samples.map(({ host }) => host).join()}`,
      },
    ],
  }
}

test('what is a host’s own is judged by its own check, what all share once over all', () => {
  const hosts = ['lb1', 'lb2'].map((name) => ({
    name,
    platform: debian,
    plays: [],
    checks: [told('firewall[vrrp]', 'host', name), told('vip[api]', 'cluster', name)],
  }))
  const sample = (host: string) => ({ host, output: '', from: 0, to: 1 })
  const samples = new Map(
    hosts.map(({ name, checks }) => [name, new Map(checks.map(({ id }) => [id, sample(name)]))] as const),
  )
  expect(judgeChecks({ hosts, outOfSight: [] }, samples).map(({ message }) => message)).toEqual([
    'lb1 judges lb1',
    'lb2 judges lb2',
    'lb2 judges lb1,lb2',
  ])
})
