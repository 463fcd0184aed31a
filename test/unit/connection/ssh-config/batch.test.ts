import { expect, test } from 'vitest'
import { runInShell } from '../../../../src/connection/ssh-config/batch.ts'

test('what leaves the group and holds the output is not waited for', async () => {
  const commands = [
    ['echo', 'one'],
    ['sh', '-c', 'setsid sleep 30 & echo two'],
  ]
  const answers = await runInShell(commands, process.env, 1)
  expect(answers[0]).toEqual({ code: 0, text: 'one\n' })
  expect(answers[1]?.text).toContain('two')
}, 10_000)
