import { beforeAll, expect, it } from 'vitest'
import { cliText } from './support/cli.ts'
import { anyLab, inventory } from './support/cluster.ts'

/** Words of a command line that cannot be meant: `PAIR` stands for an inventory. Nothing is contacted. */
const CASES = [
  { words: ['up'], told: /missing required argument 'inventory'/ },
  { words: [], told: /Usage: ha-provision/ },
  { words: ['upp', 'PAIR'], told: /unknown command 'upp'.*\(Did you mean up\?\)/s },
  { words: ['up', 'PAIR', '--nope'], told: /unknown option '--nope'/ },
  { words: ['up', 'PAIR', '--json=3'], told: /unknown option '--json=3'/ },
  { words: ['up', 'PAIR', '--wait', 'abc'], told: /'abc' is invalid. a number of seconds is needed/ },
  { words: ['up', 'PAIR', '--wait', '-1'], told: /'-1' is invalid|argument missing/ },
  { words: ['up', 'PAIR', '--limit', 'lb9'], told: /--limit names lb9, which is not in the inventory.*lb1, lb2/s },
  { words: ['up', 'PAIR', '--limit', ','], told: /--limit names no host.*lb1, lb2/s },
  { words: ['up', '/no/such/file.yaml'], told: /\/no\/such\/file\.yaml:1:1: there is no such file; correct the path/ },
  { words: ['plan', '/'], told: /this is a directory; name the inventory file in it/ },
  { words: ['validate', '/no/such/file.yaml'], told: /there is no such file/ },
  { words: ['render', 'PAIR', '--facts', '/no/such/facts'], told: /\/no\/such\/facts: ENOENT.*→ name the file/s },
  { words: ['render', 'PAIR', '--out', '/dev/null'], told: /\/dev\/null\/lb1.*: ENOTDIR.*→ name a folder/s },
] as const

let pair: string
beforeAll(async () => {
  await anyLab()
  pair = await inventory('pair')
})

it.each(CASES)('ha-provision $words', async ({ words, told }) => {
  const { code, stdout, stderr } = await cliText(words.map((word) => (word === 'PAIR' ? pair : word)))
  expect(code).toBe(1)
  expect(stdout + stderr).toMatch(told)
  expect(stdout + stderr).not.toMatch(/^\s+at /m)
})
