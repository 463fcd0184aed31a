import { createServer } from 'node:net'
import { describe, expect, it } from 'vitest'
import { checkAsked } from '../../src/lab/choose.ts'
import { labName } from '../../src/lab/lab-name.ts'
import { layout, maxHosts, prefixOf, projectName, stableNumber } from '../../src/lab/layout.ts'
import { freePort, portCandidates } from '../../src/lab/port.ts'
import { choosePrefix } from '../../src/lab/subnet.ts'

describe('choosePrefix', () => {
  const first = choosePrefix('/a/checkout', [])

  it('is the same for the same checkout, and in 10.213', () => {
    expect(choosePrefix('/a/checkout', [])).toBe(first)
    expect(first).toMatch(/^10\.213\.\d+$/)
  })

  it('takes the next one where it is in use, by a larger network too', () => {
    const third = Number(first.split('.')[2])
    expect(choosePrefix('/a/checkout', [`${first}.0/24`])).toBe(`10.213.${(third + 1) % 256}`)
    expect(choosePrefix('/a/checkout', [`${first}.128/25`])).not.toBe(first)
    const half = third < 128 ? '10.213.0.0/17' : '10.213.128.0/17'
    expect(Number(choosePrefix('/a/checkout', [half]).split('.')[2]) < 128).toBe(third >= 128)
  })

  it('keeps the one it had, unless that is taken', () => {
    expect(choosePrefix('/a/checkout', [], '10.213.200')).toBe('10.213.200')
    expect(choosePrefix('/a/checkout', ['10.213.200.1/24'], '10.213.200')).toBe(first)
  })

  it('is not led astray by IPv6, neighbours and nonsense', () => {
    expect(choosePrefix('/a/checkout', ['fe80::1/64', '10.212.0.0/16', '172.17.0.1/16', ''])).toBe(first)
  })

  it('says so when nothing is free', () => {
    expect(() => choosePrefix('/a/checkout', ['10.0.0.0/8'])).toThrow(/no free/)
  })
})

describe('portCandidates', () => {
  it('are stable, distinct and below the ephemeral ports', () => {
    const ports = portCandidates('/a/checkout')
    expect(portCandidates('/a/checkout')).toEqual(ports)
    expect(new Set(ports).size).toBe(ports.length)
    expect(ports.every((port) => port >= 22_000 && port < 24_000)).toBe(true)
  })

  it('are skipped where somebody listens', async () => {
    const server = createServer()
    const taken = await new Promise<number>((resolve) => {
      server.listen(0, '127.0.0.1', () => {
        const address = server.address()
        resolve(typeof address === 'object' && address !== null ? address.port : 0)
      })
    })
    await expect(freePort([taken])).rejects.toThrow(/no free port/)
    server.close()
  })
})

describe('layout', () => {
  it('gives everybody a fixed address', () => {
    const lab = layout('10.213.7', 2)
    expect(lab.hosts).toEqual([
      { name: 'lb1', address: '10.213.7.11', platform: 'debian-12' },
      { name: 'lb2', address: '10.213.7.12', platform: 'debian-12' },
    ])
    expect(lab).toMatchObject({ subnet: '10.213.7.0/24', vip: '10.213.7.100', spareVip: '10.213.7.101' })
    expect(prefixOf(lab.subnet)).toBe('10.213.7')
  })

  it('has as many load balancers as were asked for', () => {
    expect(layout('10.213.7', maxHosts).hosts).toHaveLength(4)
  })

  it('goes round the list of platforms', () => {
    const { hosts } = layout('10.213.7', 3, ['debian-11', 'alpine-3.21'])
    expect(hosts.map(({ platform }) => platform)).toEqual(['debian-11', 'alpine-3.21', 'debian-11'])
  })

  it('refuses other numbers of load balancers', () => {
    for (const hosts of [undefined, 2, 3, 4])
      expect(() => {
        checkAsked({ hosts })
      }).not.toThrow()
    for (const hosts of [0, 1, 5, 2.5, Number.NaN])
      expect(() => {
        checkAsked({ hosts })
      }).toThrow(/2 to 4/)
  })

  it('refuses platforms it does not have, and more of them than hosts', () => {
    const refused = (hosts: number | undefined, platforms: readonly string[], message: RegExp): void => {
      expect(() => {
        checkAsked({ hosts, platforms })
      }).toThrow(message)
    }
    checkAsked({ platforms: ['debian-11', 'debian-13'] })
    refused(undefined, ['debian-11', 'debian-1'], /no platform debian-1$/)
    refused(undefined, [''], /no platform/)
    refused(2, ['debian-11', 'debian-12', 'debian-13'], /3 platforms for 2/)
  })

  it('names projects and numbers by the text alone', () => {
    expect(projectName('/a')).toBe(projectName('/a'))
    expect(projectName('/a')).not.toBe(projectName('/b'))
    expect(projectName('/a')).toMatch(/^ha-lab-[0-9a-f]{8}$/)
    expect(projectName('/a', 'b')).toBe(`${projectName('/a')}-b`)
    expect(stableNumber('x', 10)).toBeLessThan(10)
  })
})

describe('the name of a lab', () => {
  it('is what the environment says', () => {
    expect(labName({})).toBeUndefined()
    expect(labName({ HA_PROVISION_LAB: '' })).toBeUndefined()
    expect(labName({ HA_PROVISION_LAB: 'lane-2' })).toBe('lane-2')
  })

  it.each(['..', 'a/b', 'A', '-a', 'a b', 'a'.repeat(21), 'hostkeys', 'inventories', 'a\nb'])('is not %j', (name) => {
    expect(() => labName({ HA_PROVISION_LAB: name })).toThrow(/no name for a lab/)
  })
})
