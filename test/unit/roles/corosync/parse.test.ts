import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { renderCorosync } from '../../../../src/roles/corosync/conf.ts'
import { listedMembers, parseCorosync, valueAt } from '../../../../src/roles/corosync/parse.ts'
import { inventoryOf } from '../../support/inventory.ts'
import { BY_HAND, confOf, LB1, LB2, STOCK } from './confs.ts'

const listed = (conf: string) =>
  listedMembers(conf).map(({ name, nodeId, addresses }) => [name, nodeId, ...addresses.values()])

describe('members', () => {
  test('of the stock file, comments left out', () => {
    expect(listed(STOCK)).toEqual([['node1', 1, '127.0.0.1']])
  })

  test('of one made by hand, without names', () => {
    expect(listed(BY_HAND)).toEqual([
      [undefined, 11, 'lb1'],
      [undefined, 12, 'lb2'],
    ])
  })

  test('with several links, and without a number', () => {
    const conf = 'nodelist {\n node {\n ring1_addr: 10.1.0.1\n ring0_addr: 10.0.0.1\n nodeid: x\n }\n}\n'
    const [member] = listedMembers(conf)
    expect(member?.nodeId).toBeUndefined()
    expect(member?.addresses.get(0)).toBe('10.0.0.1')
    expect(member?.addresses.get(1)).toBe('10.1.0.1')
  })

  test('of a file without a list, and of none', () => {
    expect(listed('totem {\n version: 2\n}\n')).toEqual([])
    expect(listed('')).toEqual([])
  })
})

test('settings: the last of a key counts, and what stands in a section below is not of the one above', () => {
  const conf = 'totem {\n token: 1000\n interface {\n  token: 7\n }\n token: 2000\n}\n'
  expect(valueAt(parseCorosync(conf), ['totem'], 'token')).toBe('2000')
  expect(valueAt(parseCorosync(conf), ['totem', 'interface'], 'token')).toBe('7')
  expect(valueAt(parseCorosync(conf), ['quorum'], 'token')).toBeUndefined()
})

test('a file that is cut off, or has a brace too many, is read as far as it goes', () => {
  expect(listed(confOf([LB1, LB2]).split('  node {\n    name: lb2')[0] ?? '')).toEqual([['lb1', 1, '10.0.0.11']])
  expect(listed(`}\n${confOf([LB1])}`)).toEqual([['lb1', 1, '10.0.0.11']])
})

test('what is rendered is read back: the same members, numbers, addresses and settings', () => {
  const octet = fc.integer({ min: 1, max: 254 })
  const member = fc.record({
    id: fc.integer({ min: 1, max: 1000 }),
    last: octet,
    links: fc.integer({ min: 0, max: 2 }),
  })
  fc.assert(
    fc.property(
      fc.uniqueArray(member, { minLength: 1, maxLength: 5, selector: ({ id }) => id, comparator: 'SameValue' }),
      fc.integer({ min: 1000, max: 60000 }),
      fc.integer({ min: 1024, max: 60000 }),
      fc.constantFrom('aes256' as const, 'none' as const),
      (members, token, port, cipher) => {
        const inventory = inventoryOf()
        const [template] = inventory.loadBalancers
        if (template === undefined) throw new Error('no load balancer')
        const links = Math.max(...members.map((one) => one.links))
        const loadBalancers = members.map(({ last }, index) => ({
          ...template,
          name: `n${index}`,
          address: `10.0.${index}.${last}`,
          links: Array.from({ length: links }, (_, link) => `10.${link + 1}.${index}.${last}`),
        }))
        const nodeIds = new Map(loadBalancers.map(({ name }, index) => [name, members[index]?.id ?? 0]))
        const corosync = { ...inventory.corosync, token, port, cipher }
        const conf = renderCorosync({ ...inventory, loadBalancers, corosync }, nodeIds)
        const wanted = loadBalancers.map((lb) => [lb.name, nodeIds.get(lb.name), lb.address, ...lb.links])
        expect(listed(conf)).toEqual(wanted.toSorted((a, b) => Number(a[1]) - Number(b[1])))
        const parsed = parseCorosync(conf)
        expect(valueAt(parsed, ['totem'], 'token')).toBe(String(token))
        expect(valueAt(parsed, ['totem'], 'crypto_cipher')).toBe(cipher)
        expect(valueAt(parsed, ['totem', 'interface'], 'mcastport')).toBe(
          port === 5405 ? undefined : String(port + links),
        )
        expect(valueAt(parsed, ['quorum'], 'two_node')).toBe(members.length === 2 ? '1' : undefined)
        expect(conf).not.toContain('expected_votes')
      },
    ),
  )
})
