import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { cleanupStep } from '../../../src/engine/cleanup.ts'
import { perform } from '../../../src/engine/perform/perform.ts'
import { debian } from '../../../src/platform/debian.ts'
import { recorded } from '../checks/recorded.ts'
import { ShellHost } from '../support/shell-host.ts'

const seen = (state: string) => new Map(recorded(state).map((one) => [one.host, new Map([['cluster', one]])] as const))

test('failed actions are forgotten through one member', () => {
  expect(cleanupStep('lab', seen('killed-recovered'))).toEqual({
    host: 'lb1',
    step: { resources: ['failures[lab]'], action: { do: 'cleanup' } },
  })
})

test.each(['well', 'both-stopped', 'alone-cold'])('%s: there is nothing to forget, or nobody who can', (state) => {
  expect(cleanupStep('lab', seen(state))).toBeUndefined()
})

test.each([
  [0, 0, true],
  [0, 124, true],
  [1, 0, false],
])('cleanup ends with %i, the wait with %i: done is %s', async (cleanup, wait, done) => {
  const host = new ShellHost()
  const program = join(host.folder, 'bin', 'crm_resource')
  writeFileSync(program, `#!/bin/sh\ncase $1 in --cleanup) exit ${cleanup} ;; *) exit ${wait} ;; esac\n`, {
    mode: 0o755,
  })
  const steps = [{ resources: ['failures[lab]'], action: { do: 'cleanup' } as const }]
  const performed = await perform(host.connection, debian, steps, () => undefined)
  expect(performed.done).toEqual(done ? ['failures[lab]'] : [])
  expect(performed.error === undefined).toBe(done)
})
