import { expect, test } from 'vitest'
import { actionScript } from '../../../src/engine/perform/script.ts'
import { debian } from '../../../src/platform/debian.ts'
import { overrideResource } from '../../../src/resources/override.ts'
import { runShell, shells } from '../support/shells.ts'

const FILE = '/run/systemd/system/haproxy.service.d/50-pacemaker.conf'
const resource = overrideResource('haproxy')

test.each(shells)('nothing is to be done where nothing is there, by $name', async (shell) => {
  const { stdout } = await runShell(shell, resource.probe(debian))
  expect(stdout).toBe('absent\n')
  expect(resource.compare(stdout)).toEqual({ changes: [], actions: [] })
})

test('what pacemaker left is removed, and systemd told', () => {
  expect(resource.id).toBe('override[haproxy]')
  expect(resource.probe(debian)).toContain(FILE)
  const { actions } = resource.compare('there\n')
  expect(actions).toEqual([
    { do: 'remove', path: FILE },
    { do: 'reread-units', unit: 'haproxy' },
  ])
  const scripts = actions.map((action) => actionScript(action, debian, 0).reveal().trim())
  expect(scripts[0]).toMatch(/^rm -f /)
  expect(scripts[1]).toBe('systemctl daemon-reload')
})
