import { expect, test } from 'vitest'
import { judgeOpening } from '../../../../src/resources/firewall/judge.ts'
import { tcp } from './openings.ts'

/** What `nft -j` prints of one base chain that lets nothing in. Invented. */
function closed(family: string): string {
  const chain = {
    family,
    table: 'filter',
    name: 'input',
    handle: 1,
    type: 'filter',
    hook: 'input',
    prio: 0,
    policy: 'drop',
  }
  return `== nft\n${JSON.stringify({ nftables: [{ table: { family, name: 'filter', handle: 1 } }, { chain }] })}\n`
}

test.each([
  ['inet', 'closed', 1],
  ['ip', 'closed', 1],
  ['ip6', 'open', 0],
  // Not a packet of IP goes there.
  ['arp', 'open', 0],
  // Frames that a bridge hands to the host: whether these are among them is not known, and nobody's to open.
  ['bridge', 'unknown', 0],
])('a chain of the family %s that drops everything: %s', (family, is, gaps) => {
  const judged = judgeOpening('nftables', closed(family), tcp(6443))
  expect([judged.runtime.is, judged.gaps.length]).toEqual([is, gaps])
})
