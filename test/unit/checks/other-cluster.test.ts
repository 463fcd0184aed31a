import { expect, test } from 'vitest'
import { otherClusterCheck } from '../../../src/checks/other-cluster.ts'
import { debian } from '../../../src/platform/debian.ts'
import { program, temporaryPath } from '../support/programs.ts'
import { runShell, shells } from '../support/shells.ts'
import { samplesOf, verdicts } from './samples.ts'

const check = otherClusterCheck({ called: "'db' with db1, db2", mend: 'MEND' })

const state = (unit: string, active: string, enabled: string): string =>
  `== ${unit}\nload=loaded\nactive=${active}\nenabled=${enabled}\nstale=no\npid=0\n`
const both = (active: string, enabled: string): string =>
  state('corosync', active, enabled) + state('pacemaker', active, enabled)

test.each([
  ['both run', both('active', 'enabled'), 'corosync and pacemaker run,'],
  ['started by hand', both('active', 'disabled'), 'corosync and pacemaker run,'],
  ['about to', both('activating', 'disabled'), 'corosync and pacemaker run,'],
  ['after the next boot', both('inactive', 'enabled'), 'corosync and pacemaker start at boot,'],
  ['failed, and started at boot', both('failed', 'enabled'), 'corosync and pacemaker start at boot,'],
  [
    'each in its own way',
    state('corosync', 'active', 'disabled') + state('pacemaker', 'inactive', 'enabled'),
    'corosync runs, pacemaker starts at boot,',
  ],
])('in the way: %s', (_, output, what) => {
  const [only, ...more] = check.obstacles?.(samplesOf({ lb1: output })) ?? []
  expect(only).toMatchObject({ host: 'lb1', status: 'failed', mend: 'MEND' })
  expect(only?.message.startsWith(what)).toBe(true)
  expect(only?.message).toContain("'db' with db1, db2")
  expect(more).toEqual([])
  expect(verdicts(check.judge(samplesOf({ lb1: output }), []))).toEqual([['other-cluster', 'lb1', 'warning']])
})

const none = (unit: string): string => `== ${unit}\nload=not-found\nactive=inactive\nenabled=\nstale=no\npid=0\n`

test.each([
  ['stopped and disabled', both('inactive', 'disabled')],
  ['stopped and masked', both('inactive', 'masked')],
  ['without the programs', none('corosync') + none('pacemaker')],
])('not in the way: %s', (_, output) => {
  expect(check.obstacles?.(samplesOf({ lb1: output }))).toEqual([])
  expect(verdicts(check.judge(samplesOf({ lb1: output }), []))).toEqual([['other-cluster', 'lb1', 'passed']])
})

test.each(shells)('what a host prints is read, by $name', async (shell) => {
  const path = temporaryPath()
  program(
    path,
    'systemctl',
    `case $* in
*pacemaker*) printf 'LoadState=loaded\\nActiveState=active\\nUnitFileState=disabled\\nNeedDaemonReload=no\\nMainPID=7\\n' ;;
*) printf 'LoadState=loaded\\nActiveState=inactive\\nUnitFileState=disabled\\nNeedDaemonReload=no\\nMainPID=0\\n' ;;
esac\n`,
  )
  const { stdout } = await runShell(shell, check.probe(debian), path.environment)
  expect(check.obstacles?.(samplesOf({ lb1: stdout }))[0]?.message.startsWith('pacemaker runs,')).toBe(true)
})
