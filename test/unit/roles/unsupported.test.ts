import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Facts } from '../../../src/facts/types.ts'
import { haproxyUnsupported } from '../../../src/roles/haproxy/unsupported.ts'
import { judgeOf } from '../../../src/roles/keepalived/judge.ts'
import { keepalivedUnsupported } from '../../../src/roles/keepalived/unsupported.ts'
import { noCluster } from '../support/facts.ts'
import { type Case, readCase } from './cases.ts'

function golden(name: string): Case {
  return readCase(join(import.meta.dirname, '../../golden', `${name}.yaml`))
}

function haproxy(name: string, version: string, build: readonly string[] = []): readonly string[] {
  const { inventory, lb, facts } = golden(`haproxy/${name}`)
  return haproxyUnsupported(inventory, lb, withVersions(facts, version, '2.3.4', build)).map(said)
}

function keepalived(name: string, version: string): readonly string[] {
  const { inventory, lb, facts } = golden(`keepalived/${name}`)
  return keepalivedUnsupported(inventory, lb, withVersions(facts, '3.2.0', version)).map(said)
}

function said({ problem, mend }: { readonly problem: string; readonly mend: string }): string {
  return `${problem}: ${mend}`
}

function withVersions(facts: Facts, own: string, other: string, haproxyBuild: readonly string[] = []): Facts {
  const versions = {
    haproxy: { version: own, installed: true },
    keepalived: { version: other, installed: true },
    ...noCluster,
  }
  return { ...facts, versions, haproxyBuild }
}

describe('haproxy', () => {
  test('what is ours alone is left out for an old version, and never refused', () => {
    for (const version of ['1.5.18', '1.8.27', '2.2.9', '3.2.26']) expect(haproxy('minimal', version)).toEqual([])
  })

  test('a resolvers section is named with the version that knows it', () => {
    expect(haproxy('resolvers', '1.5.18')).toEqual([
      'the inventory asks for a resolvers section, which haproxy 1.5.18 does not know: install haproxy 1.6 or later there (haproxy.version in the inventory), or take it out of the inventory',
    ])
    expect(haproxy('resolvers', '1.6.3')).toEqual([])
  })

  test('raw lines count too, comments do not', () => {
    const { inventory, lb, facts } = golden('haproxy/minimal')
    const objections = (extra: string): number =>
      haproxyUnsupported({ ...inventory, haproxy: { ...inventory.haproxy, extra } }, lb, {
        ...withVersions(facts, '1.8.27', '2.0.19'),
      }).length
    expect(objections('frontend m\n  bind :8404\n  http-request use-service prometheus-exporter')).toBe(1)
    expect(objections('frontend m\n  bind :8404\n  # http-request use-service prometheus-exporter')).toBe(0)
  })

  test('a readyz check needs TLS; a check by connecting does not', () => {
    const without = ['-OPENSSL', '+LUA']
    expect(haproxy('minimal', '2.6.12', without).join()).toContain('built without it (-OPENSSL')
    expect(haproxy('old-1.8', '1.8.27', without).join()).toContain('set check: tcp')
    expect(haproxy('check-none', '2.6.12', without)).toEqual([])
    expect(haproxy('minimal', '2.6.12', ['+OPENSSL'])).toEqual([])
  })

  test('a frontend and a stranger of one name: only where haproxy refuses it', () => {
    const { inventory, lb, facts } = golden('haproxy/shared-backend')
    const frontends = inventory.haproxy.frontends.map((one) => ({ ...one, name: 'inside' }))
    const backends = inventory.haproxy.backends.map((one) => ({ ...one, name: 'inside' }))
    const crossed = { ...inventory, haproxy: { ...inventory.haproxy, frontends, backends } }
    expect(haproxyUnsupported(crossed, lb, withVersions(facts, '3.2.26', '2.3.4'))).toEqual([])
    expect(haproxyUnsupported(crossed, lb, withVersions(facts, '3.3.0', '2.3.4'))[0]?.mend).toContain('another name')
  })
})

describe('keepalived', () => {
  test('the usual configuration is for every version', () => {
    for (const version of ['1.3.5', '2.0.19', '2.1.5', '2.2.7', '2.3.4'])
      expect(keepalived('minimal', version)).toEqual([])
  })

  test('process tracking is refused once, with the version that knows it', () => {
    expect(keepalived('track-process', '1.3.5')).toEqual([
      'the inventory asks for track_process, which keepalived 1.3.5 does not know: install keepalived 2.0.11 or later there (keepalived.version in the inventory), or take it out of the inventory',
    ])
    expect(keepalived('track-process', '2.0.19')).toEqual([])
  })

  test('weights that a sync group would ignore', () => {
    expect(keepalived('several-vips', '1.3.9').join()).toContain(
      'a script with a weight for several VIPs on one interface',
    )
    expect(keepalived('several-vips', '2.0.19')).toEqual([])
  })

  test('an IPv6 VIP in multicast, where its own test refuses it', () => {
    expect(keepalived('multicast-ipv6', '2.1.5').join()).toContain('install keepalived 2.2.0 or later')
    expect(keepalived('multicast-ipv6', '2.2.4')).toEqual([])
    expect(keepalived('ipv6', '2.1.5')).toEqual([])
  })

  test('raw lines', () => {
    expect(keepalived('extra', '2.0.19').join()).toContain('max_auto_priority')
    expect(keepalived('extra', '2.1.5')).toEqual([])
  })

  test.each([
    ['1.3.5', undefined],
    ['2.0.4', undefined],
    ['2.0.19', [0]],
    ['2.2.4', [0]],
    ['2.2.7', [0, 143]],
    ['2.2.8', [0]],
    ['2.3.4', [0]],
  ])('the judge of %s believes %j', (version, good) => {
    expect(judgeOf({ version, installed: true })?.good).toEqual(good)
  })
})
