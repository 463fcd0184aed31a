import { expect, test } from 'vitest'
import { whoIs } from '../../../../src/engine/pacemaker/who.ts'
import type { ListedMember } from '../../../../src/roles/corosync/parse.ts'
import { pacemakerInventory } from '../../support/pacemaker.ts'

const linked = pacemakerInventory().loadBalancers.map((lb) =>
  lb.name === 'lb2' ? { ...lb, address: '2001:db8::12', links: ['10.1.0.12'] } : lb,
)

function member(name: string | undefined, nodeId: number, ...addresses: readonly string[]): ListedMember {
  return { name, nodeId, addresses: new Map(addresses.map((address, link) => [link, address])) }
}

test.each([
  ['its name, wherever it was', member('lb1', 1, '10.0.0.99'), 'lb1'],
  ['its name before an address', member('lb1', 1, '2001:db8::12'), 'lb1'],
  ['its address under another name', member('node1', 1, '10.0.0.11'), 'lb1'],
  ['its address without a name', member(undefined, 1, '10.0.0.11'), 'lb1'],
  ['a name that stands for its address', member(undefined, 1, 'lb1'), 'lb1'],
  ['its address, however it is written', member('node2', 2, '2001:DB8:0::12'), 'lb2'],
  ['the address of any link', member('node2', 2, '10.0.0.99', '10.1.0.12'), 'lb2'],
  ['nothing', member('gone', 9, '10.0.0.19'), undefined],
])('a listed member is known by %s', (_, one, expected) => {
  expect(whoIs(one, [one], linked)?.name).toBe(expected)
})

test('the address of one that left, which another member has got since, tells nothing', () => {
  const gone = member('gone', 9, '10.0.0.11')
  expect(whoIs(gone, [gone, member('lb1', 1, '10.0.0.99')], linked)).toBeUndefined()
  // The same number: a list from before it was renamed.
  expect(whoIs(gone, [gone, member('lb1', 9, '10.0.0.11')], linked)?.name).toBe('lb1')
})
