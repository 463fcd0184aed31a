import { expect, test } from 'vitest'
import { belongingOf, countListed } from '../../../../src/roles/corosync/ours.ts'
import { inventoryOf } from '../../support/inventory.ts'
import { BY_HAND, confOf, LB1, LB2, STOCK, type Node } from './confs.ts'

const inventory = inventoryOf()
const elsewhere: readonly Node[] = [
  ['lb1', 1, '10.9.0.1'],
  ['lb2', 2, '10.9.0.2'],
]
const OLD_STOCK = 'totem {\n version: 2\n cluster_name: debian\n interface {\n  bindnetaddr: 127.0.0.1\n }\n}\n'

test.each<readonly [what: string, conf: string | undefined, belonging: string]>([
  ['no file', undefined, 'none'],
  ['an empty one', '\n', 'none'],
  ['of the package', STOCK, 'stock'],
  ['of an old package, without a list', OLD_STOCK, 'stock'],
  ['of this name', confOf(elsewhere, ['cluster_name: test']), 'ours'],
  ['of another name, with an address of ours', confOf([LB1], ['cluster_name: old']), 'ours'],
  ['made by hand, with our names for addresses', BY_HAND, 'ours'],
  ['of another cluster, whose members have the same labels', confOf(elsewhere, ['cluster_name: other']), 'foreign'],
  ['without members and with another name', 'totem {\n cluster_name: other\n}\n', 'foreign'],
  ['a real one that is called as Debian calls its own', confOf(elsewhere, ['cluster_name: debian']), 'foreign'],
])('%s', (_, conf, belonging) => {
  expect(belongingOf(conf, inventory)).toBe(belonging)
})

test('an address is the same however it is written, and so is one of a further link', () => {
  const six = inventoryOf({ first: '2001:db8:0::11', second: '2001:db8::12', vip: '2001:db8::100' })
  expect(belongingOf(confOf([['x', 1, '2001:db8::11']], []), six)).toBe('ours')
  const linked = {
    ...inventory,
    loadBalancers: inventory.loadBalancers.map((lb) => ({ ...lb, links: lb.name === 'lb1' ? ['10.1.0.11'] : [] })),
  }
  expect(belongingOf(confOf([['x', 1, '10.1.0.11']], []), linked)).toBe('ours')
})

test('how many of ours are listed', () => {
  expect(countListed(confOf([LB1, LB2]), inventory)).toBe(2)
  expect(countListed(BY_HAND, inventory)).toBe(2)
  expect(countListed(STOCK, inventory)).toBe(0)
})
